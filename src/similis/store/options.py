"""What the caller asks of an import."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from similis.errors import UsageError
from similis.store.rejects import RejectsFile
from similis.store.reports import Kind
from similis.store.syncing import checked_share

MAX_FEED_NAME = 200


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How an import treats the catalogue.

    patch:   the items are patches: each changes only the fields it has, of a product that must be there.
    sync:    the items are the whole catalogue, or the whole of ``feed``: what is not among them is deleted.
    feed:    the name of the feed, where a shop has several. A product belongs to the feed that last brought it.
    withdraw_at_most: the share of the products in scope that a sync may delete, such as ``0.35`` or ``"35%"``; None stands for 20 %.
    strict:  one rejected row, and nothing is taken.
    rejects: a file for all rejected rows, written even if the import is refused; one file serves one import.
    dry_run: count only, the shop is not written.

    Raises:
        UsageError: options that exclude each other, a share that is none, or a name that is none.
    """

    patch: bool = False
    sync: bool = False
    feed: str | None = None
    withdraw_at_most: object = None
    strict: bool = False
    rejects: RejectsFile | None = None
    dry_run: bool = False

    def __post_init__(self) -> None:
        checked_share(self.withdraw_at_most)
        if self.sync and self.patch:
            raise UsageError("a feed of prices or stock is never the whole catalogue; leave sync out, or give a feed with titles")
        if self.withdraw_at_most is not None and not self.sync:
            raise UsageError("only a sync withdraws products; say sync too, or leave the share out")
        if self.feed is not None and not _is_name(self.feed):
            raise UsageError(f"{self.feed!a} is no name for a feed; give one of 1 to {MAX_FEED_NAME} printable characters")

    @property
    def kind(self) -> Kind:
        """What the list of imports calls it."""
        return "patch" if self.patch else "sync" if self.sync else "add"

    @property
    def share(self) -> Decimal:
        """The share of the products in scope that may be withdrawn."""
        return checked_share(self.withdraw_at_most)


def _is_name(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip()) and text.isprintable() and len(text) <= MAX_FEED_NAME


DEFAULTS = ImportOptions()
