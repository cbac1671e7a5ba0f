"""The one schema of a shop's database, as SQLAlchemy Core tables. Changes come by migration only, see ``migrations``."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

schema_version = sa.Table(
    "schema_version", metadata, sa.Column("version", sa.Integer, primary_key=True), sa.Column("applied_at", sa.Text, nullable=False)
)

meta = sa.Table("meta", metadata, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False))

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("import_id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("started_at", sa.Text, nullable=False),
    sa.Column("finished_at", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),  # = accepted + updated + merged + rejected
    sa.Column("accepted", sa.Integer, nullable=False),
    sa.Column("updated", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),  # of the updated ones
    sa.Column("merged", sa.Integer, nullable=False),
    sa.Column("rejected", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, server_default="add"),  # add, sync, patch, delete, undo
    sa.Column("feed", sa.Text),  # the caller's name of the feed, where a shop has several
    sa.Column("withdrawn", sa.Integer, nullable=False, server_default="0"),  # products deleted; no rows of the feed
    sa.Column("kept", sa.Integer, nullable=False, server_default="0"),  # of an undo: products written again since, and so left alone
    sa.Column("undoes", sa.Integer),  # of an undo: the import it took back
    sa.Column("undone_by", sa.Integer),  # the undo that took this one back, as long as that is in force
)

products = sa.Table(
    "products",
    metadata,
    sa.Column("row", sa.Integer, primary_key=True),  # order of first insertion; never reused while the id is known, also not after a delete
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),  # Product.to_dict as JSON with sorted keys
    sa.Column("content_hash", sa.Text, nullable=False),  # sha256 of body
    sa.Column("group_id", sa.Text),
    sa.Column("available", sa.Boolean, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),  # the write that last changed the row
    sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.import_id")),  # the import that last changed the row
    sa.Column("feed", sa.Text),  # the feed that last brought the product
    sa.Index("products_by_seq", "seq"),
    sa.Index("products_by_group", "group_id"),
)

history = sa.Table(  # what a write replaced, so that it can be taken back; kept for the last imports only
    "history",
    metadata,
    sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.import_id"), primary_key=True),
    sa.Column("product_id", sa.Text, primary_key=True),  # written before the product itself, so not checked against it
    sa.Column("body", sa.Text),  # the product before; NULL where there was none
    sa.Column("content_hash", sa.Text),
    sa.Column("deleted", sa.Boolean, nullable=False),  # whether it was deleted before; True where there was none
    sa.Column("feed", sa.Text),
)

aliases = sa.Table(  # the shop's own words for one thing, such as two spellings of a brand
    "aliases",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("alias", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("product_id", sa.Text, sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("other_id", sa.Text, primary_key=True),  # may name a product that is not, or not yet, in the catalogue
)

encoders = sa.Table(
    "encoders",
    metadata,
    sa.Column("encoder_id", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False, unique=True),
    sa.Column("dim", sa.Integer, nullable=False),
)

vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("vector_id", sa.Integer, primary_key=True),
    sa.Column("encoder_id", sa.Integer, sa.ForeignKey("encoders.encoder_id"), nullable=False),
    sa.Column("text_hash", sa.Text, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),  # little-endian float32
    sa.UniqueConstraint("encoder_id", "text_hash"),
)

# What follows lives in the connection's temporary database: an import is gathered there without locking the shop.
staging = sa.MetaData()

staged = sa.Table(  # products as they shall be; of rows with the same id the last
    "staged",
    staging,
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("group_id", sa.Text),
    sa.Column("available", sa.Boolean, nullable=False),
    sa.Column("complements", sa.Text, nullable=False),  # JSON list of ids
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("feed", sa.Text),
    prefixes=["TEMPORARY"],
)

staged_patches = sa.Table(  # every row of a price or stock feed
    "staged_patches",
    staging,
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("fields", sa.Text, nullable=False),  # JSON object; null empties a field
    prefixes=["TEMPORARY"],
)

staged_rejects = sa.Table(
    "staged_rejects",
    staging,
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("id", sa.Text),
    sa.Column("column", sa.Text),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    prefixes=["TEMPORARY"],
)
