"""The similarity matrix: every text against every other by the meaning alone, as a table or a heat map."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from similis.arrays import Floats
from similis.encoding import Encoder
from similis.errors import LimitExceeded, UsageError
from similis.similarity.semantics import METRICS, Metric

MAX_TEXTS = 1_000
MAX_CHARACTERS = 32_000
_MEANING = {"cosine": "cosine similarity, 1 is alike", "euclidean": "Euclidean distance of unit vectors, 0 is alike"}


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """How alike some texts are, each against each.

    texts:  (n,) as given.
    values: (n, n) float64, symmetric, read-only; row and column in the order of ``texts``.
    metric: whether ``values`` are cosine similarities (higher is more alike) or Euclidean distances (lower is more alike).
    """

    texts: tuple[str, ...]
    values: Floats
    metric: Metric

    @property
    def nearness(self) -> Floats:
        """(n, n) float64 in [0, 1], for colours: 0 for the least alike pair, 1 for the most alike pair of two texts and the diagonal."""
        likeness = self.values if self.metric == "cosine" else -self.values
        pairs = likeness[~np.eye(len(self.texts), dtype=bool)]
        if not pairs.size or np.ptp(pairs) == 0:
            return np.ones_like(likeness)
        scaled: Floats = np.clip((likeness - pairs.min()) / np.ptp(pairs), 0.0, 1.0)
        return scaled

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"metric": self.metric, "texts": list(self.texts), "values": self.values.tolist()}

    def __str__(self) -> str:
        width = max(6, len(str(len(self.texts))) + 1)
        numbers = range(1, len(self.texts) + 1)
        lines = [" " * 5 + "".join(f"{number:>{width}}" for number in numbers) + f"  {_MEANING[self.metric]}"]
        for number, text, row in zip(numbers, self.texts, self.values, strict=True):
            lines.append(f"{number:>5}" + "".join(f"{value:>{width}.3f}" for value in row) + f"  {_one_line(text)}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The heat map, for notebooks."""
        return f"<figure>{self.to_svg()}</figure>"

    def to_html(self) -> str:
        """The heat map as a page of its own."""
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        style = (
            "<style>body{margin:1rem;overflow-x:auto}figure{margin:0}@media(prefers-color-scheme:dark){body{background:#111827}}</style>"
        )
        title = f"<title>Similarity matrix ({self.metric})</title>"
        return f"<!doctype html>\n<html>\n<head>{head}{title}{style}</head>\n<body>\n{self._repr_html_()}\n</body>\n</html>\n"

    def to_svg(self) -> str:
        """The heat map as an SVG image, for light and dark surroundings; the darker or brighter a cell, the more alike."""
        return _HeatMap(self).svg()


def similarity_matrix(texts: Sequence[str], encoder: Encoder, metric: Metric = "cosine") -> Matrix:
    """Compare texts by the encoder's vectors.

    Args:
        texts: 1 to 1,000 texts of at most 32,000 characters, none empty; the same text may come twice.
        encoder: Turns them into unit vectors.
        metric: ``cosine`` for similarities, ``euclidean`` for distances: sqrt(2 - 2 cosine) for unit vectors, so both order alike.
    Raises:
        UsageError: no text, an empty one, one that is no Unicode, or an unknown metric.
        LimitExceeded: too many texts, or one too long.
    """
    given = _checked(texts)
    if metric not in METRICS:
        raise UsageError(f"metric is {metric!r}; it must be one of {', '.join(METRICS)}")
    vectors = encoder.encode(given).astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    if metric == "cosine":
        products = np.clip(vectors @ vectors.T, -1.0, 1.0)
        values = (products + products.T) / 2
        np.fill_diagonal(values, 1.0)
    else:
        # By differences: 2 - 2 cosine would leave 1e-8 instead of 0 between equal texts.
        values = np.stack([np.linalg.norm(vectors - vector, axis=1) for vector in vectors])
    values.flags.writeable = False
    return Matrix(given, values, metric)


def _checked(texts: Sequence[object]) -> tuple[str, ...]:
    if isinstance(texts, str):
        raise UsageError("one text was given where a list of texts is needed; put it into a list")
    if not texts:
        raise UsageError("there is no text to compare; give two or more")
    if len(texts) > MAX_TEXTS:
        raise LimitExceeded(f"{len(texts):,} texts are more than the {MAX_TEXTS:,} a matrix may have; build a shop from them instead")
    checked: list[str] = []
    for number, text in enumerate(texts, start=1):
        if not isinstance(text, str) or not text.strip():
            raise UsageError(f"text {number} is empty or no text; give words to compare")
        if len(text) > MAX_CHARACTERS:
            raise LimitExceeded(f"text {number} has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}")
        if re.search("[\ud800-\udfff]", text):
            raise UsageError(f"text {number} is no Unicode; give it as UTF-8")
        checked.append(text)
    return tuple(checked)


def _one_line(text: str) -> str:
    """Without line breaks and characters that steer a terminal or that XML forbids."""
    return re.sub(r"\s+", " ", re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", "\ufffd", text)).strip()


def _columns(text: str) -> int:
    """Width in half-width columns: Chinese takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "FW" else 1 for character in text)


def _shortened(text: str, columns: int) -> str:
    if _columns(text) <= columns:
        return text
    while _columns(text) >= columns:
        text = text[:-1]
    return text + "…"


# Cells are one accent colour, more opaque the nearer, on whatever is behind: white or black. The ink on them changes where
# it would fall below a contrast of about 4: later on white than on black.
_STYLE = """
.similis-matrix text{fill:#1f2937;font:13px system-ui,"Noto Sans CJK SC","PingFang SC",sans-serif}.similis-matrix .b{fill:#fff}
.similis-matrix .c{fill:#1d4ed8}.similis-matrix .n{text-anchor:middle}.similis-matrix .r{text-anchor:end}.similis-matrix .high{fill:#fff}
@media(prefers-color-scheme:dark){.similis-matrix text{fill:#e5e7eb}.similis-matrix .b{fill:#111827}.similis-matrix .c{fill:#60a5fa}
.similis-matrix .mid,.similis-matrix .high{fill:#0b1120}}
"""
_CELL_W, _CELL_H, _GAP, _PAD, _HEAD = 54, 32, 2, 12, 26
_LABEL_COLUMNS, _PER_COLUMN = 48, 7.0


class _HeatMap:
    """Draws a matrix: rows labelled with number and text, columns with the number."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self._nearness = matrix.nearness
        self.labels = [f"{i}  {_shortened(_one_line(text), _LABEL_COLUMNS)}" for i, text in enumerate(matrix.texts, start=1)]
        self.left = _PAD + _PER_COLUMN * max(_columns(label) for label in self.labels) + 10

    def svg(self) -> str:
        n = len(self.labels)
        width = max(self.left + n * _CELL_W + _PAD, 360.0)
        height = _HEAD + n * _CELL_H + 34
        caption = _MEANING[self.matrix.metric]
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="similis-matrix" role="img" aria-label="{caption}" '
            f'width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}"><style>{_STYLE}</style>'
            '<rect class="b" width="100%" height="100%"/>'
        ]
        parts += [self._text(self._x(column), _HEAD - 8, str(column + 1), "n") for column in range(n)]
        for row in range(n):
            label = self._text(self.left - 10, self._y(row), self.labels[row], "r")
            parts.append(f"<g><title>{html.escape(_one_line(self.matrix.texts[row]))}</title>{label}</g>")
            parts += [self._cell(row, column) for column in range(n)]
        parts.append(self._text(_PAD, height - 12, caption, ""))
        return "\n".join(parts) + "\n</svg>"

    def _x(self, column: int) -> float:
        return self.left + column * _CELL_W + (_CELL_W - _GAP) / 2

    def _y(self, row: int) -> float:
        return _HEAD + row * _CELL_H + _CELL_H / 2 + 4

    def _cell(self, row: int, column: int) -> str:
        nearness = float(self._nearness[row, column])
        ink = "n high" if nearness >= 0.78 else "n mid" if nearness >= 0.6 else "n"
        x, y = self.left + column * _CELL_W, _HEAD + row * _CELL_H
        number = self._text(self._x(column), self._y(row), f"{self.matrix.values[row, column]:.3f}", ink)
        size = f'width="{_CELL_W - _GAP}" height="{_CELL_H - _GAP}" rx="3"'
        return f'<rect class="c" x="{x:.1f}" y="{y}" {size} fill-opacity="{0.04 + 0.96 * nearness:.3f}"/>{number}'

    @staticmethod
    def _text(x: float, y: float, text: str, kind: str) -> str:
        return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{html.escape(text)}</text>'
