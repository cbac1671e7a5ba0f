"""Texts to unit vectors with onnxruntime and tokenizers."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from similis.arrays import Vectors
from similis.encoding.bert_graph import INPUT, STATES, VECTORS
from similis.encoding.model_cache import Manifest, verify
from similis.encoding.protocol import Progress, Role, TokenStates
from similis.errors import LimitExceeded, ModelError, UsageError

MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE = "model.onnx", "weights.bin", "tokenizer.json"
_CHARS_PER_TOKEN = 32
"""No text of any language has longer tokens on average; what lies beyond is cut before it is tokenized."""
_WINDOW = 4096
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class OnnxOptions:
    """How to run a model.

    max_tokens:   longest text in tokens, prefix and specials included; the rest is cut off. Part of the fingerprint.
    batch_tokens: about how many tokens go through the model at once; speed only.
    n_threads:    texts are encoded by this many threads; None means one per processor this process may use. Speed only.
    """

    max_tokens: int = 128
    batch_tokens: int = 256
    n_threads: int | None = None

    def __post_init__(self) -> None:
        for name in ("max_tokens", "batch_tokens", "n_threads"):
            value = getattr(self, name)
            if value is not None and value < (8 if name == "max_tokens" else 1):
                raise UsageError(f"{name} is {value}; it must be at least {8 if name == 'max_tokens' else 1}")


class OnnxEncoder:
    """An encoder over a cached model folder, which ``library.open_encoder`` makes. Implements ``Encoder`` and ``SupportsTokenStates``.

    A text's vector depends on the text alone, to the last bit: whatever is encoded beside it, in any order, on any number of threads.
    May be used from several threads at once; not to be carried over a fork.
    """

    def __init__(self, folder: Path, options: OnnxOptions | None = None) -> None:
        """Checks the folder's files; the first text loads them, which takes about a second and 350 MB, most of it the tokenizer's.

        Raises:
            CorruptModel: a file is missing or differs from the manifest.
            LimitExceeded: ``max_tokens`` is above what the model can take.
        """
        self._options = options or OnnxOptions()
        self._manifest = verify(folder)
        if self._options.max_tokens > self._manifest.max_tokens:
            raise LimitExceeded(f"max_tokens is {self._options.max_tokens}, this model takes at most {self._manifest.max_tokens}")
        self._fingerprint = _fingerprint(self._manifest, self._options)
        self._folder = folder
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None  # Any: see the two functions that open them

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._manifest.dim

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits; equal for equal source files, precision, graph version, pooling, prefixes and length limit."""
        return self._fingerprint

    def encode(self, texts: Sequence[str], *, role: Role = "item", progress: Progress | None = None) -> Vectors:
        """Encodes texts of any length, also empty ones.

        Returns:
            (len(texts), dim) float32, rows of unit length, in the order given.
        Raises:
            UsageError: a single string was given in place of a list, or an unknown role.
            ModelError: the installed onnxruntime cannot load the model.
        """
        prefix = self._prefix(texts, role)
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        if not len(texts):
            return vectors
        tokenizer, session = self._load()
        for start in range(0, len(texts), _WINDOW):
            window = [self._prepare(text, prefix) for text in texts[start : start + _WINDOW]]
            ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(window)]
            target = vectors[start : start + len(ids)]
            for rows, found in self._run_all(session, ids):
                target[rows] = found
                if progress is not None:
                    progress(len(rows))
        return vectors

    def token_states(self, texts: Sequence[str], *, role: Role = "item") -> list[TokenStates]:
        """The last layer's states, scaled so that a text's states sum to its vector.

        With CLS pooling the first state is the vector and the others are zero.
        Raises:
            UsageError: as in ``encode``.
        """
        prefix = self._prefix(texts, role)
        return [self._states_of(text, prefix) for text in texts]

    def _states_of(self, text: str, prefix: str) -> TokenStates:
        tokenizer, session = self._load()
        encoding = tokenizer.encode(self._prepare(text, prefix))
        vectors, states = session.run([VECTORS, STATES], {INPUT: np.array([encoding.ids], dtype=np.int64)})
        scaled: Vectors = states[0]
        if self._manifest.pooling == "cls":
            scaled = np.zeros_like(scaled)
            scaled[0] = vectors[0]
        else:
            scaled = scaled / np.linalg.norm(scaled.sum(axis=0, dtype=np.float64)).astype(np.float32)
        shift = len(prefix)
        spans = ((max(start - shift, 0), end - shift) if end > max(shift, start) else (0, 0) for start, end in encoding.offsets)
        return TokenStates(tuple(encoding.tokens), tuple(spans), scaled)

    def _load(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                tokenizer = _open_tokenizer(self._folder / TOKENIZER_FILE, self._options.max_tokens)
                self._loaded = tokenizer, _open_session(self._folder / MODEL_FILE)
            return self._loaded

    def _prefix(self, texts: Sequence[str], role: Role) -> str:
        if isinstance(texts, str):
            raise UsageError("encode takes a list of texts; put the single text into a list")
        if role not in self._manifest.prefixes:
            raise UsageError(f"role is {role!r}; it must be one of {', '.join(self._manifest.prefixes)}")
        return self._manifest.prefixes[role]

    def _prepare(self, text: str, prefix: str) -> str:
        # Half a surrogate pair is a legal Python string but no Unicode text; one character is put for one, so that spans stay true.
        return prefix + _SURROGATES.sub("\ufffd", text[: _CHARS_PER_TOKEN * self._options.max_tokens])

    def _run_all(self, session: Any, ids: Sequence[Sequence[int]]) -> Iterator[tuple[list[int], Vectors]]:
        n_threads = self._options.n_threads or available_processors()
        batches = same_length_batches(ids, self._options.batch_tokens, n_threads)

        def run(rows: list[int]) -> tuple[list[int], Vectors]:
            return rows, session.run([VECTORS], {INPUT: np.array([ids[row] for row in rows], dtype=np.int64)})[0]

        if n_threads == 1 or len(batches) < 2:
            yield from map(run, batches)
            return
        with ThreadPoolExecutor(min(n_threads, len(batches)), thread_name_prefix="similis-encode") as pool:
            yield from pool.map(run, batches)


def same_length_batches(ids: Sequence[Sequence[int]], batch_tokens: int, n_threads: int) -> list[list[int]]:
    """Row numbers in batches of texts with equally many tokens, longest first; as many batches as keep all threads busy."""
    by_length: defaultdict[int, list[int]] = defaultdict(list)
    for row, tokens in enumerate(ids):
        by_length[len(tokens)].append(row)
    fair_share = -(-sum(map(len, ids)) // n_threads)
    batches = []
    for length in sorted(by_length, reverse=True):
        rows = by_length[length]
        size = max(1, min(batch_tokens, fair_share) // length)
        batches += [rows[start : start + size] for start in range(0, len(rows), size)]
    return batches


def available_processors() -> int:
    """Processors this process may use, which in a container or under ``taskset`` are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _fingerprint(manifest: Manifest, options: OnnxOptions) -> str:
    facts = [manifest.source_sha256, manifest.precision, manifest.writer, manifest.pooling, dict(manifest.prefixes), options.max_tokens]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _open_session(path: Path) -> Any:  # Any: onnxruntime.InferenceSession, imported late and untyped
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    # Parallel runs of one thread each beat one run of several threads, and leave the order of every sum alone.
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    # The graph is written as it shall run; the optimiser would fuse nodes into slower ones.
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    settings.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's errors share no narrower base
        raise ModelError(f"onnxruntime {onnxruntime.__version__} cannot load {path} ({error}); upgrade onnxruntime") from error


def _open_tokenizer(path: Path, max_tokens: int) -> Any:  # Any: tokenizers.Tokenizer, imported late
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer
