"""Numbers with units, packs and sizes, as titles write them in Chinese and English: found, converted, and written one way.

``find`` names them, ``canonical`` rewrites a text so that ``33cl``, ``0.33升`` and ``330 ml`` are the same letters.
"""

from similis.catalogue.quantities.fields import pieces_in_all, quantities_of, size_key
from similis.catalogue.quantities.finding import find
from similis.catalogue.quantities.quantity import Quantity
from similis.catalogue.quantities.rewriting import canonical, rewritten, written
from similis.catalogue.quantities.units import KINDS, PACK, SIZE

__all__ = ["KINDS", "PACK", "SIZE", "Quantity", "canonical", "find", "pieces_in_all", "quantities_of", "rewritten", "size_key", "written"]
