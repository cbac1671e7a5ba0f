"""Products, and everything between a shop's feed and them: readers, mapping, cleaning, conversion."""

from similis.catalogue.complements import complement_ids
from similis.catalogue.conversion import product_from_row
from similis.catalogue.feed import ProductFeed, read_products
from similis.catalogue.mapping import ColumnMapping, guess_mapping
from similis.catalogue.product import FIELDS, Product, ProductId
from similis.catalogue.readers import FORMATS, FeedSource, read_rows
from similis.catalogue.rows import Note, RawRow, Reject

__all__ = [
    "FIELDS",
    "FORMATS",
    "ColumnMapping",
    "FeedSource",
    "Note",
    "Product",
    "ProductFeed",
    "ProductId",
    "RawRow",
    "Reject",
    "complement_ids",
    "guess_mapping",
    "product_from_row",
    "read_products",
    "read_rows",
]
