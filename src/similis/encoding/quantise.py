"""How the graph multiplies: in float32, or in eight bits with one scale per row.

Eight bits: each row of activations (one token) gets its own scale, so a token's numbers depend on that token alone; the
products are summed in integers, which is exact in any order. Weights keep one scale per output column and use 7 bits, -63 to
63: processors without VNNI add two byte products in 16 bits, and 2 · 255 · 63 = 32,130 just fits. So every processor gives the same sums.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Vectors
from similis.encoding.bert_graph import Graph

WEIGHT_LEVELS = 63
_TABLE_LEVELS = 127
_ACTIVATION_LEVELS = 255
_MIDDLE = 128
_GELU_FLOOR = 0.17
"""gelu never goes below -0.17 ..."""
_GELU_ZERO = 16
"""... so 16 of its 256 levels are kept for the negative side."""
_ROWS_AT_ONCE = 8192


class Float32:
    """Plain matrices; the table of words still in 8-bit rows, or the file would be four times as long."""

    def lookup(self, graph: Graph, table: Vectors, ids: str) -> str:
        """(vocab, hidden), ids (b, t) → (b, t, hidden)"""
        return _lookup_bytes(graph, table, ids)

    def prepare(self, graph: Graph, rows: str, *, one_sided: bool) -> tuple[str, ...]:
        """The rows as they are."""
        return (rows,)

    def multiply(self, graph: Graph, prepared: tuple[str, ...], weight: Vectors) -> str:
        """(n, k) times (m, k) transposed → (n, m)"""
        return graph.op("MatMul", *prepared, graph.constant(weight.T))


class PerRowInt8:
    """Unsigned bytes times signed bytes; scales per row of activations and per column of weights."""

    def lookup(self, graph: Graph, table: Vectors, ids: str) -> str:
        """(vocab, hidden), ids (b, t) → (b, t, hidden)"""
        return _lookup_bytes(graph, table, ids)

    def prepare(self, graph: Graph, rows: str, *, one_sided: bool) -> tuple[str, ...]:
        """Bytes (n, k), scales (n, 1) and the zero point."""
        top = graph.op("ReduceMax", rows, axes=[1], keepdims=0)
        if one_sided:
            zero = _GELU_ZERO
            wanted = graph.op("Mul", top, _scalar(graph, 1 / (_ACTIVATION_LEVELS - zero)))
            scale = graph.op("Max", wanted, _scalar(graph, _GELU_FLOOR / zero))
        else:
            zero = _MIDDLE
            bottom = graph.op("Neg", graph.op("ReduceMin", rows, axes=[1], keepdims=0))
            # The tiny floor keeps a row of zeros from being divided by zero.
            largest = graph.op("Max", top, bottom, _scalar(graph, 1e-30))
            scale = graph.op("Mul", largest, _scalar(graph, 1 / (_ACTIVATION_LEVELS - zero)))
        zero_of_all = graph.constant(np.array(zero, dtype=np.uint8), f"zero_{zero}")
        zeros = graph.op("Expand", zero_of_all, graph.op("Shape", scale))
        quantised = graph.op("QuantizeLinear", rows, scale, zeros, axis=0)
        column = graph.op("Unsqueeze", scale, graph.constant(np.array([1], dtype=np.int64), "axis_1"))
        return quantised, column, zero_of_all

    def multiply(self, graph: Graph, prepared: tuple[str, ...], weight: Vectors) -> str:
        """(n, k) times (m, k) transposed → (n, m) float32"""
        quantised, column, zero = prepared
        signed, scales = quantise_rows(weight, WEIGHT_LEVELS)
        constants = [graph.constant(signed.T), _scalar(graph, 1.0), graph.constant(scales), zero]
        return graph.op("Mul", graph.op("MatMulIntegerToFloat", quantised, *constants, contrib=True), column)


def quantise_rows(matrix: Vectors, levels: int) -> tuple[NDArray[np.int8], Vectors]:
    """Bytes (n, k) in [-levels, levels] and scales (n,) float32, so that bytes · scale is the row to half a step."""
    signed = np.empty(matrix.shape, dtype=np.int8)
    scales = np.empty(len(matrix), dtype=np.float32)
    for start in range(0, len(matrix), _ROWS_AT_ONCE):
        rows = matrix[start : start + _ROWS_AT_ONCE]
        scale = np.maximum(np.abs(rows).max(axis=1), np.float32(1e-30)) / np.float32(levels)
        signed[start : start + len(rows)] = np.rint(rows / scale[:, None])
        scales[start : start + len(rows)] = scale
    return signed, scales


def _lookup_bytes(graph: Graph, table: Vectors, ids: str) -> str:
    signed, scales = quantise_rows(table, _TABLE_LEVELS)
    rows = graph.op("Cast", graph.op("Gather", graph.constant(signed, "words"), ids), to=1)
    return graph.op("Mul", rows, graph.op("Gather", graph.constant(scales[:, None], "word_scales"), ids))


def _scalar(graph: Graph, value: float) -> str:
    return graph.constant(np.array(value, dtype=np.float32), f"number_{value:.8g}")
