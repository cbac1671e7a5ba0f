"""The truth of a shop: products, their writes, links and cached vectors, in one SQLite file.

The only package that writes it, and the only one that knows SQL.
"""

from similis.store.database import DATABASE_FILE
from similis.store.importing import AddReport
from similis.store.locks import build_lock
from similis.store.store import Change, Store, StoredProduct

__all__ = ["DATABASE_FILE", "AddReport", "Change", "Store", "StoredProduct", "build_lock"]
