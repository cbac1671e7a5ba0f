"""Writes a BERT-layout encoder as an ONNX graph, straight from its weights.

Tokens of all texts of a run lie under each other as rows (n_texts · n_tokens, hidden); only attention needs to know the texts.
Every step acts on one row, or on one text, so that a vector cannot depend on its company; all texts of a run have the same
number of tokens, so that there is no padding and no mask. How a matrix is multiplied is the business of ``quantise``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Vectors
from similis.encoding.hf_folder import ModelShape

OPSET, CONTRIB_OPSET, IR_VERSION = 17, 1, 8
INPUT, VECTORS, STATES = "token_ids", "vectors", "states"
_CONTRIB = "com.microsoft"
_EXTERNAL_FROM, _PAGE = 4096, 4096  # bytes
Array = NDArray[Any]  # any number type: initialisers are float32, int8, uint8 and int64


class Graph:
    """Collects nodes and initialisers; names are given in order, so that the same weights make the same file."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []  # Any: onnx.NodeProto, imported late
        self.initialisers: dict[str, Array] = {}
        self._count = 0

    def constant(self, value: Array, name: str | None = None) -> str:
        """Stores an array and returns its name; a name already taken must mean the same array."""
        name = name or self._fresh("c")
        self.initialisers[name] = np.ascontiguousarray(value)
        return name

    def op(self, kind: str, *inputs: str, contrib: bool = False, output: str | None = None, **attributes: Any) -> str:
        """Adds a node with one output and returns that output's name; attributes are what the operator takes, hence Any."""
        from onnx import helper

        output = output or self._fresh(kind)
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, domain=_CONTRIB if contrib else "", **attributes))
        return output

    def _fresh(self, stem: str) -> str:
        self._count += 1
        return f"{stem}_{self._count}"


class Matrices(Protocol):
    """How rows are looked up and multiplied: exactly, or in eight bits."""

    def lookup(self, graph: Graph, table: Vectors, ids: str) -> str:
        """(vocab, hidden), ids (b, t) → (b, t, hidden)"""
        ...

    def prepare(self, graph: Graph, rows: str, *, one_sided: bool) -> tuple[str, ...]:
        """Rows ready for ``multiply``; ``one_sided`` says that nothing lies far below zero, as after gelu."""
        ...

    def multiply(self, graph: Graph, prepared: tuple[str, ...], weight: Vectors) -> str:
        """(n, k) rows times ``weight`` (m, k) transposed → (n, m), without bias"""
        ...


def build_graph(shape: ModelShape, weights: Mapping[str, Vectors], matrices: Matrices) -> Graph:
    """The whole encoder: token ids (b, t) → vectors (b, hidden) of unit length, and states (b, t, hidden) of the last layer.

    Raises:
        KeyError: a weight of the BERT layout is missing.
    """
    graph = Graph()
    hidden = graph.constant(np.array([-1, shape.hidden_size], dtype=np.int64), "shape_rows")
    embedded = _embed(graph, shape, weights, matrices)
    texts = graph.op("Shape", embedded)
    rows = graph.op("Reshape", embedded, hidden)
    for layer in range(shape.n_layers):
        prefix = f"encoder.layer.{layer}."
        local = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        rows = _layer(graph, shape, local, matrices, rows, texts)
    states = graph.op("Reshape", rows, texts, output=STATES)
    _pool(graph, shape, states)
    return graph


def _embed(graph: Graph, shape: ModelShape, weights: Mapping[str, Vectors], matrices: Matrices) -> str:
    words = matrices.lookup(graph, weights["embeddings.word_embeddings.weight"], INPUT)
    # Every token is of type 0, so its embedding is part of the position's.
    positions = (
        weights["embeddings.position_embeddings.weight"][shape.position_offset :] + weights["embeddings.token_type_embeddings.weight"][0]
    )
    one, two = (graph.constant(np.array([n], dtype=np.int64)) for n in (1, 2))
    n_tokens = graph.op("Slice", graph.op("Shape", INPUT), one, two)
    start = graph.constant(np.array([0], dtype=np.int64))
    placed = graph.op("Slice", graph.constant(positions, "positions"), start, n_tokens)
    gamma, beta = (graph.constant(weights[f"embeddings.LayerNorm.{part}"]) for part in ("weight", "bias"))
    return graph.op("LayerNormalization", graph.op("Add", words, placed), gamma, beta, axis=-1, epsilon=shape.layer_norm_eps)


def _layer(graph: Graph, shape: ModelShape, local: Mapping[str, Vectors], matrices: Matrices, rows: str, texts: str) -> str:
    def project(prepared: tuple[str, ...], part: str) -> str:
        return matrices.multiply(graph, prepared, local[f"{part}.weight"])

    def add_and_norm(change: str, kept: str, dense: str, norm: str) -> str:
        # SkipLayerNormalization does the same in one node and takes four times as long on a CPU (onnxruntime 1.32).
        total = graph.op("Add", graph.op("Add", change, graph.constant(local[f"{dense}.bias"])), kept)
        constants = [graph.constant(local[f"{norm}.{part}"]) for part in ("weight", "bias")]
        return graph.op("LayerNormalization", total, *constants, axis=-1, epsilon=shape.layer_norm_eps)

    parts = [f"attention.self.{part}" for part in ("query", "key", "value")]
    prepared = matrices.prepare(graph, rows, one_sided=False)
    query_key_value = [graph.op("Reshape", project(prepared, part), texts) for part in parts]
    bias = graph.constant(np.concatenate([local[f"{part}.bias"] for part in parts]))
    mixed = graph.op("MultiHeadAttention", *query_key_value, bias, contrib=True, num_heads=shape.n_heads)
    mixed = graph.op("Reshape", mixed, "shape_rows")
    dense = "attention.output.dense"
    rows = add_and_norm(project(matrices.prepare(graph, mixed, one_sided=False), dense), rows, dense, "attention.output.LayerNorm")
    wide = project(matrices.prepare(graph, rows, one_sided=False), "intermediate.dense")
    active = graph.op("BiasGelu", wide, graph.constant(local["intermediate.dense.bias"]), contrib=True)
    narrow = project(matrices.prepare(graph, active, one_sided=True), "output.dense")
    return add_and_norm(narrow, rows, "output.dense", "output.LayerNorm")


def _pool(graph: Graph, shape: ModelShape, states: str) -> None:
    if shape.pooling == "cls":
        first = [graph.constant(np.array([n], dtype=np.int64)) for n in (0, 1, 1)]
        pooled = graph.op("Slice", states, *first)
    else:
        # The length is set to 1 below, so a sum serves as well as a mean. ReduceSum takes another way, with another rounding,
        # for one text than for several; a product with ones does not.
        ones = graph.op("Expand", graph.constant(np.ones(1, dtype=np.float32)), graph.op("Shape", INPUT, start=1, end=2))
        pooled = graph.op("MatMul", ones, states)
    flat = graph.op("Reshape", pooled, "shape_rows")
    graph.op("LpNormalization", flat, axis=-1, p=2, output=VECTORS)


def to_model(graph: Graph, weights_name: str) -> tuple[bytes, list[tuple[int, Array]]]:
    """The graph as a serialised ONNX model whose larger arrays lie in a file of their own, which the runtime can map into memory.

    Returns: the model, and (offset, array) for each part of the file ``weights_name``, in order, at page borders.
    """
    from onnx import TensorProto, helper, numpy_helper

    initialisers, parts, end = [], list[tuple[int, Array]](), 0
    for name, value in graph.initialisers.items():
        if value.nbytes < _EXTERNAL_FROM:
            initialisers.append(numpy_helper.from_array(value, name))
            continue
        offset = -(-end // _PAGE) * _PAGE
        tensor = TensorProto(name=name, dims=value.shape, data_type=helper.np_dtype_to_tensor_dtype(value.dtype),
                             data_location=TensorProto.EXTERNAL)  # fmt: skip
        for key, entry in (("location", weights_name), ("offset", str(offset)), ("length", str(value.nbytes))):
            tensor.external_data.add(key=key, value=entry)
        initialisers.append(tensor)
        parts.append((offset, value))
        end = offset + value.nbytes
    inputs = [helper.make_tensor_value_info(INPUT, TensorProto.INT64, ["texts", "tokens"])]
    outputs = [helper.make_tensor_value_info(VECTORS, TensorProto.FLOAT, ["texts", None]),
               helper.make_tensor_value_info(STATES, TensorProto.FLOAT, ["texts", "tokens", None])]  # fmt: skip
    body = helper.make_graph(graph.nodes, "encoder", inputs, outputs, initialisers)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(_CONTRIB, CONTRIB_OPSET)]
    model = helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION, producer_name="similis")
    return model.SerializeToString(deterministic=True), parts
