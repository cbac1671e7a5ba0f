"""The truth of a shop: products, their writes, links and cached vectors, in one SQLite file.

The only package that writes it, and the only one that knows SQL.
"""

from similis.store.database import DATABASE_FILE
from similis.store.locks import build_lock
from similis.store.options import ImportOptions
from similis.store.rejects import RejectsFile
from similis.store.reports import AddReport, ImportEntry, UndoReport
from similis.store.store import Change, Store, StoredProduct

__all__ = [
    "DATABASE_FILE",
    "AddReport",
    "Change",
    "ImportEntry",
    "ImportOptions",
    "RejectsFile",
    "Store",
    "StoredProduct",
    "UndoReport",
    "build_lock",
]
