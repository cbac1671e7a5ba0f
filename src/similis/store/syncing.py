"""A feed that is the whole catalogue: what has vanished from it, and how much of it may."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from numbers import Real

import sqlalchemy as sa

from similis.errors import UsageError
from similis.store.schema import products, staged, staged_rejects

WITHDRAW_AT_MOST = Decimal("0.2")
"""The share of the products in scope that a sync may withdraw unless told otherwise."""


def checked_share(value: object) -> Decimal:
    """A share of all products, exact, from ``0.35``, ``35`` or ``"35%"``; None gives the default.

    Raises:
        UsageError: no number, below 0, above 100 %, or the number 1, which could mean 1 % as well as all.
    """
    if value is None:
        return WITHDRAW_AT_MOST
    text = str(value).strip() if isinstance(value, (str, Real, Decimal)) and not isinstance(value, bool) else ""
    found = re.fullmatch(r"\+?([0-9]{1,9}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})\s*([%％]?)", text)
    if not found:
        raise UsageError(f"{value!r} is no share of the products; write it like 35% or 0.35")
    number = Decimal(found[1])
    if found[2] or number > 1:
        number /= 100
    elif number == 1 and "." not in found[1]:
        raise UsageError("1 may mean 1 % or all of the products; write 1% or 100%")
    if number > 1:
        raise UsageError(f"{value!r} is more than all products; write a share up to 100%")
    return number


def in_scope(feed: str | None) -> sa.ColumnElement[bool]:
    """The products of the catalogue that the feed must name: those it last brought, or all where it has no name."""
    here = sa.not_(products.c.deleted)
    return here if feed is None else sa.and_(here, products.c.feed == feed)


def vanished(feed: str | None) -> sa.ColumnElement[bool]:
    """Those in scope that the feed does not name, not even in a row that was rejected."""
    named = sa.exists().where(staged.c.id == products.c.id)
    rejected = sa.select(staged_rejects.c.id).where(staged_rejects.c.id.is_not(None))
    return sa.and_(in_scope(feed), sa.not_(named), products.c.id.not_in(rejected))


def size(connection: sa.Connection, which: sa.ColumnElement[bool]) -> int:
    """How many products of the shop there are for which ``which`` holds."""
    return int(connection.scalar(sa.select(sa.func.count()).select_from(products).where(which)) or 0)


def nameless_rejects(connection: sa.Connection) -> int:
    """How many rows were rejected without an id that could be read."""
    return int(connection.scalar(sa.select(sa.func.count()).select_from(staged_rejects).where(staged_rejects.c.id.is_(None))) or 0)


def feeds(connection: sa.Connection) -> list[str]:
    """The names of all feeds that products came from."""
    query = sa.select(products.c.feed).where(sa.not_(products.c.deleted), products.c.feed.is_not(None)).distinct()
    return sorted(connection.scalars(query))


def guarded(connection: sa.Connection, feed: str | None, n_good: int, n_vanished: int, at_most: Decimal) -> str | None:
    """Why the sync must not be: nothing in the feed is usable, or too much has vanished from it. None where it may."""
    scope = size(connection, in_scope(feed))
    whole = "the catalogue" if feed is None else f"the products of feed {feed!r}"
    if not n_good:
        return (
            f"the feed holds no product that could be used, and a sync takes it for the whole of {whole} ({scope:,}); nothing was written. "
            "Export the feed again"
        )
    if n_vanished <= at_most * scope:
        return None
    share = Decimal(n_vanished) / scope
    return (
        f"{n_vanished:,} of {scope:,} products ({_percent(share)}) of {whole} are not in the feed, and a sync may withdraw at most "
        f"{_percent(at_most)}; nothing was written. Export the feed again, or, if it is whole, allow it: "
        f"--withdraw-at-most {math.ceil(100 * share)}%"
    )


def _percent(share: Decimal) -> str:
    return f"{(100 * share).quantize(Decimal('0.1')).normalize():f}%"
