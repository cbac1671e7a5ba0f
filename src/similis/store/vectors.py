"""The vector cache: what was encoded once is not encoded again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects import sqlite

from similis.arrays import Vectors
from similis.errors import DimensionMismatch
from similis.store.schema import encoders, vectors

CHUNK = 5_000
T = TypeVar("T")


def load(connection: sa.Connection, hashes: Sequence[str], fingerprint: str) -> dict[str, NDArray[np.float32]]:
    """See ``Store.vectors``."""
    encoder = _encoder(connection, fingerprint)
    found: dict[str, NDArray[np.float32]] = {}
    if encoder is None:
        return found
    for chunk in _chunks(hashes):
        wanted = (vectors.c.encoder_id == encoder.encoder_id, vectors.c.text_hash.in_(chunk))
        query = sa.select(vectors.c.text_hash, vectors.c.vector).where(*wanted)
        for text_hash, blob in connection.execute(query):
            if len(blob) == 4 * encoder.dim:
                found[text_hash] = np.frombuffer(blob, dtype="<f4").astype(np.float32, copy=False)
    return found


def save(connection: sa.Connection, hashes: Sequence[str], fingerprint: str, array: Vectors) -> None:
    """See ``Store.put_vectors``."""
    if array.ndim != 2 or len(array) != len(hashes):
        raise ValueError(f"{len(hashes)} hashes need as many vectors, got an array of shape {array.shape}")
    if not len(hashes):
        return
    encoder_id = _encoder_id(connection, fingerprint, array.shape[1])
    little = np.ascontiguousarray(array, dtype="<f4")
    rows = [{"encoder_id": encoder_id, "text_hash": text_hash, "vector": little[i].tobytes()} for i, text_hash in enumerate(hashes)]
    insert = sqlite.insert(vectors)
    replace = insert.on_conflict_do_update(index_elements=["encoder_id", "text_hash"], set_={"vector": insert.excluded.vector})
    connection.execute(replace, rows)


def prune(connection: sa.Connection, fingerprint: str, keep: Collection[str]) -> int:
    """See ``Store.prune_vectors``."""
    query = sa.select(vectors.c.vector_id, vectors.c.text_hash).join(encoders).where(encoders.c.fingerprint == fingerprint)
    kept = keep if isinstance(keep, (set, frozenset)) else set(keep)
    gone = [vector_id for vector_id, text_hash in connection.execute(query) if text_hash not in kept]
    for chunk in _chunks(gone):
        connection.execute(sa.delete(vectors).where(vectors.c.vector_id.in_(chunk)))
    return len(gone)


def _encoder(connection: sa.Connection, fingerprint: str) -> sa.Row[int, int] | None:
    query = sa.select(encoders.c.encoder_id, encoders.c.dim).where(encoders.c.fingerprint == fingerprint)
    return connection.execute(query).one_or_none()


def _encoder_id(connection: sa.Connection, fingerprint: str, dim: int) -> int:
    known = _encoder(connection, fingerprint)
    if known is None:
        return int(
            connection.execute(sa.insert(encoders).values(fingerprint=fingerprint, dim=dim).returning(encoders.c.encoder_id)).scalar_one()
        )
    if known.dim != dim:
        raise DimensionMismatch(
            f"vectors have {dim} dimensions, those stored for {fingerprint!r} have {known.dim}; give the encoder a new fingerprint"
        )
    return int(known.encoder_id)


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
