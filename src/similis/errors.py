"""Every error Similis raises on purpose.

SimilisError
├── UsageError (ValueError)              asked for something that makes no sense; exit 2
│   ├── InvalidFilter
│   ├── InvalidMapping                   a column mapping that names no field or no column
│   ├── LimitExceeded                    a number above its documented limit
│   └── InvalidProduct                   one product's data cannot be accepted
├── UnknownProduct (KeyError)            no such id in the catalogue
├── UnreadableFeed (ValueError)          a file or table that cannot be read as a feed
├── ImportRefused (RuntimeError)         a feed that was read but must not be taken as it is; nothing was written
├── ShopError (RuntimeError)
│   ├── NoShop                           the folder holds no shop
│   ├── NotBuilt                         products are there, a generation is not
│   ├── ShopLocked                       another process builds or writes
│   └── IncompatibleShop                 made by a newer version
├── CorruptGeneration (RuntimeError)     a file differs from its manifest
├── CorruptBackup (RuntimeError)         a backup was cut off or changed, or is none
├── DimensionMismatch (ValueError)       vectors of another model
└── ModelError (RuntimeError)
    ├── ModelUnavailable                 not installed, or no such folder
    └── CorruptModel                     a model file differs from its manifest

A message says what happened, the value, and the way out.
"""

from __future__ import annotations


class SimilisError(Exception):
    """Root of all errors raised on purpose."""

    def __str__(self) -> str:
        # KeyError quotes its message; ours are sentences for people.
        return str(self.args[0]) if self.args else self.__class__.__name__


class UsageError(SimilisError, ValueError):
    """The request itself makes no sense."""


class InvalidFilter(UsageError):
    """A filter that cannot be compiled."""


class InvalidMapping(UsageError):
    """A column mapping that names an unknown field or column."""


class LimitExceeded(UsageError):
    """A number above its documented limit."""


class InvalidProduct(UsageError):
    """A product whose data cannot be accepted."""


class UnknownProduct(SimilisError, KeyError):
    """No product with this id is in the catalogue."""


class UnreadableFeed(SimilisError, ValueError):
    """A file or table that cannot be read as a product feed."""


class ImportRefused(SimilisError, RuntimeError):
    """A feed was read, but taking it would break what the caller asked for (strict, or a guard); nothing was written."""


class ShopError(SimilisError, RuntimeError):
    """The shop's folder is not in the state the request needs."""


class NoShop(ShopError):
    """The folder holds no shop."""


class NotBuilt(ShopError):
    """No generation has been built yet."""


class ShopLocked(ShopError):
    """Another process holds the lock."""


class IncompatibleShop(ShopError):
    """The shop was written by a newer version of Similis."""


class CorruptGeneration(SimilisError, RuntimeError):
    """A generation's file is missing or differs from its manifest."""


class CorruptBackup(SimilisError, RuntimeError):
    """A backup differs from its own list of files, or holds what no backup holds."""


class DimensionMismatch(SimilisError, ValueError):
    """Vectors of different lengths, usually from different models."""


class ModelError(SimilisError, RuntimeError):
    """A model cannot be used."""


class ModelUnavailable(ModelError):
    """The model is not installed, or the folder does not exist."""


class CorruptModel(ModelError):
    """A model file is missing or differs from its manifest."""
