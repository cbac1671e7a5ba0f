"""Products, and everything between a shop's feed and them: readers, mapping, cleaning, conversion."""

from similis.catalogue.complements import complement_ids
from similis.catalogue.conversion import product_from_row
from similis.catalogue.feed import ProductFeed, read_products
from similis.catalogue.mapping import ColumnMapping, guess_mapping
from similis.catalogue.presets import PRESETS
from similis.catalogue.preview import FeedPreview, preview_feed
from similis.catalogue.product import FIELDS, Product, ProductId
from similis.catalogue.readers import FORMATS, FeedSource, SqlQuery, read_rows
from similis.catalogue.rows import Merged, Note, RawRow, Reject
from similis.catalogue.writing import PRODUCT_FORMATS, WriteReport, write_products

__all__ = [
    "FIELDS",
    "FORMATS",
    "PRESETS",
    "PRODUCT_FORMATS",
    "ColumnMapping",
    "FeedPreview",
    "FeedSource",
    "Merged",
    "Note",
    "Product",
    "ProductFeed",
    "ProductId",
    "RawRow",
    "Reject",
    "SqlQuery",
    "WriteReport",
    "complement_ids",
    "guess_mapping",
    "preview_feed",
    "product_from_row",
    "read_products",
    "read_rows",
    "write_products",
]
