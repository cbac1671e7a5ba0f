"""``similis matrix``: texts against each other."""

from __future__ import annotations

import re
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from similis.cli.options import AsJson, Metric, Quiet
from similis.cli.output import console, print_json, remark, show
from similis.errors import SimilisError

if TYPE_CHECKING:
    from rich.text import Text

    from similis.similarity.matrix import Matrix

_LIGHT, _DARK = (239, 246, 255), (29, 78, 216)


def matrix(
    texts: Annotated[list[str], typer.Argument(metavar="TEXT...", help="Texts to compare; - reads them from stdin, one a line.")],
    metric: Annotated[Metric, typer.Option(help="cosine: similarities, 1 is alike; euclidean: distances, 0 is alike.")] = Metric.COSINE,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the heat map as a page.")] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the heat map as an image.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare texts by meaning alone: a similarity matrix.

    Needs no shop. Euclidean distances are those of unit vectors, sqrt(2 - 2 cosine), from 0 to 2: lower is more alike.

    \b
    similis matrix "高质量的T恤衫，适合夏季户外运动" "经典款式的牛仔裤，复古风格" "vintage jeans"
    similis matrix - --metric euclidean < descriptions.txt
    similis matrix "red dress" "blue dress" "garden hose" --svg heat.svg --json
    """
    import similis

    made = similis.matrix(_read(texts), metric=metric.value)
    for path, content in ((html, made.to_html), (svg, made.to_svg)):
        if path is not None:
            _write(path, content())
            remark(f"heat map: {path}", quiet=quiet or as_json)
    if as_json:
        print_json(made.to_dict())
        return
    show(_coloured(made, console().width))


def _read(texts: list[str]) -> list[str]:
    if texts != ["-"]:
        return texts
    lines = sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape").splitlines()
    return [line.strip() for line in lines if line.strip()]


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SimilisError(f"cannot write {path}: {error.strerror or error}") from error


def _coloured(made: Matrix, width: int) -> Text:
    """The plain table with a background behind each number, every line cut to the terminal where the numbers leave room."""
    from rich.text import Text

    head, *lines = str(made).split("\n")
    nearness = made.nearness
    parts = [Text(head, style="dim")]
    for row, line in enumerate(lines):
        text = Text(line)
        end = 0
        for column, number in enumerate(islice(re.finditer(r"\S+", line), 1, len(lines) + 1)):
            end = number.end()
            text.stylize(_style(float(nearness[row, column])), end - 5, end)
        if end + 12 <= width:
            text.truncate(width, overflow="ellipsis")
        parts.append(text)
    return Text("\n").join(parts)


def _style(nearness: float) -> str:
    red, green, blue = (round(light + (dark - light) * nearness) for light, dark in zip(_LIGHT, _DARK, strict=True))
    return f"{'white' if nearness >= 0.78 else 'black'} on rgb({red},{green},{blue})"
