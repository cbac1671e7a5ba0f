"""The documentation keeps up with the code: every command, option and code stands in it, its links resolve, its command lines parse."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from similis.catalogue import quality
from similis.catalogue.presets import PRESETS
from similis.catalogue.readers import FORMATS
from similis.catalogue.values import WORDS
from similis.catalogue.writing import PRODUCT_FORMATS
from similis.cli.app import COMMANDS, make_app
from similis.similarity.features import FEATURES, PIECES

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "similis"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS_PAGE, FEEDS, SIMILARITY = (ROOT / "docs" / f"{name}.md" for name in ("commands", "feeds", "similarity"))
NAMES = [name for commands in COMMANDS.values() for name in commands]
EVERYWHERE = {"--help", "--json", "--quiet", "--shop"}  # told once, at the top of the page

# Where the code stands among the arguments of the calls that make rejects, remarks, merged rows and findings.
ROW_CODES = {"Reject": 3, "Note": 3, "Merged": 2, "Broken": 2, "refuse": 2, "note": 1, "BadNumber": 0}
FINDING_CODES = {"Finding": 0, "finding": 0}


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def command_group() -> Any:  # Any: typer's own types moved between releases
    return typer.main.get_command(make_app())


def long_options(name: str) -> set[str]:
    return {option for parameter in command_group().commands[name].params for option in parameter.opts if option.startswith("--")}


def section(page: Path, heading: str) -> str:
    """What stands below a heading, up to the next of the same depth or above."""
    found = re.search(rf"^(#+) {heading}", text_of(page), re.MULTILINE)
    assert found, f"{page.name} has no heading {heading}"
    rest = text_of(page)[found.end() :]
    return re.split(rf"^#{{1,{len(found[1])}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


# -- commands and options ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_command_and_long_option_is_documented(name: str) -> None:
    told = set(re.findall(r"--[a-z][a-z-]*", section(COMMANDS_PAGE, f"`similis {name}")))
    assert long_options(name) - told - EVERYWHERE == set()


@pytest.mark.parametrize("name", NAMES)
def test_no_option_is_documented_that_is_not_there(name: str) -> None:
    known = {option for other in NAMES for option in long_options(other)}
    assert set(re.findall(r"--[a-z][a-z-]*", section(COMMANDS_PAGE, f"`similis {name}"))) <= known | {"--help"}


def test_what_holds_for_all_commands_is_told_at_the_top() -> None:
    top = text_of(COMMANDS_PAGE).partition("\n## ")[0]
    assert all(option in top for option in EVERYWHERE)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Language and text of a page's code blocks."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)


def command_lines(page: Path) -> Iterator[str]:
    """The calls of similis in a page's code blocks, without prompts, remarks and what is around them."""
    for language, block in blocks(page):
        if language in ("crontab", "ini"):
            plain = block.replace("%%", "%").replace("\\%", "%")
            yield from (found.strip() for found in re.findall(rf"\bsimilis (?:{'|'.join(NAMES)})\b[^;'>\n]*", plain))
        elif language in ("", "console"):
            for line in block.splitlines():
                line = re.sub(r"\s+#\s.*$", "", line.removeprefix("$ ")).strip()
                if found := re.match(r"(?:zcat \S+ \| )?(similis .*)$", line):
                    yield re.sub(r"\s<\s\S+$", "", found[1])


LINES = [(page, line) for page in PAGES for line in command_lines(page)]


def parse(line: str) -> None:
    """Parse a command line with the real application, and run nothing."""
    arguments = shlex.split(line)[1:]
    group = command_group()
    if arguments in (["--help"], ["--version"]):
        return
    assert arguments[0] in group.commands, line
    group.commands[arguments[0]].make_context(arguments[0], arguments[1:])


@pytest.mark.parametrize(("page", "line"), [pytest.param(page, line, id=f"{page.name}: {line[:60]}") for page, line in LINES])
def test_documented_command_lines_parse(page: Path, line: str) -> None:
    parse(line)


def test_there_are_command_lines_on_the_pages_that_need_them() -> None:
    assert {"README.md", "README.zh-CN.md", "commands.md", "feeds.md", "keeping-in-step.md"} <= {page.name for page, _ in LINES}


@pytest.mark.parametrize("line", ["similis add feed.csv --snyc", "similis undo seventeen", "similis simlar SKU-1", "similis explain A"])
def test_wrong_command_lines_would_be_noticed(line: str) -> None:
    with pytest.raises((AssertionError, typer.BadParameter.__base__ or Exception)):
        parse(line)


# -- codes ---------------------------------------------------------------------------------------------------------------------------------


def codes_in(folder: Path, places: dict[str, int]) -> set[str]:
    """The codes that calls under a folder are given, as literal texts.

    Raises:
        AssertionError: a call makes its code in a way this test does not know.
    """
    found: set[str] = set()
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
                place = places.get(name)
                if place is not None and len(node.args) > place:
                    found |= literals(node.args[place], f"{path.name}:{node.lineno}")
    return found


def literals(argument: ast.expr, where: str) -> set[str]:
    match argument:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.IfExp(body=one, orelse=other):
            return literals(one, where) | literals(other, where)
        case ast.JoinedStr(values=[ast.Constant(value="unknown_"), ast.FormattedValue()]):
            return {f"unknown_{name}" for name in WORDS}
        case ast.Name(id="code") | ast.Attribute(attr="code"):
            return set()  # passed on; it stands where it was made
    raise AssertionError(f"{where} makes a code that this test cannot read: {ast.unparse(argument)}")


def codes_told(heading: str) -> set[str]:
    """The codes in the first column of the tables below a heading."""
    rows = re.findall(r"^\| (`[^|]*`) \|", section(FEEDS, heading), re.MULTILINE)
    return {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)}


def test_every_code_of_a_row_is_documented() -> None:
    told = codes_told("Codes of rejected rows") | codes_told("Codes of merged rows") | codes_told("Codes of remarks")
    made = codes_in(SOURCES, ROW_CODES)
    assert len(made) > 30
    assert told == made


def test_every_code_of_the_quality_report_is_documented() -> None:
    told = set(re.findall(r"`([a-z_]+)`", section(FEEDS, "Data quality").partition("| codes |")[2]))
    made = codes_in(Path(quality.__file__).parent, FINDING_CODES)
    assert len(made) > 20
    assert told == made


def test_a_code_made_in_another_way_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "reader.py").write_text("yield_ = Reject(1, None, None, 'bad_' + kind, 'it is bad')", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"reader\.py:1"):
        codes_in(tmp_path, ROW_CODES)


# -- names of the catalogue and of evidence ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("heading", "names"), [("Formats", FORMATS), ("Shop systems", PRESETS), ("Writing products", PRODUCT_FORMATS)])
def test_every_format_and_preset_is_documented(heading: str, names: tuple[str, ...]) -> None:
    assert set(names) <= set(re.findall(r"`([a-z-]+)`", section(FEEDS, heading)))


def test_every_piece_and_feature_of_the_evidence_is_documented() -> None:
    table = section(SIMILARITY, "The pieces of evidence")
    numbers = {"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20}
    said = re.search(r"In short: (\w+) named pieces", text_of(SIMILARITY))
    assert said
    assert numbers[said[1]] == len(PIECES)
    for feature in FEATURES:
        short = "…_" + feature.rpartition("_")[2]  # color, material: told in one row
        assert f"`{feature}`" in table or f"`{short}`" in table, feature
    for piece in PIECES:
        assert re.search(rf"^\| (?:[a-z ]+, )*{piece.name}\b", table, re.MULTILINE), piece.name


# -- links ---------------------------------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    prose = re.sub(r"^```.*?^```", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    prose = re.sub(r"^```.*?^```", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", prose) if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_resolve(page: Path) -> None:
    for link in links(page):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{page.name} links to {link}, which is not there"
        if anchor:
            assert anchor in anchors(target), f"{page.name} links to {link}, and {target.name} has no such heading"


def test_every_page_of_the_documentation_is_linked_from_both_readmes() -> None:
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    for readme in (ROOT / "README.md", ROOT / "README.zh-CN.md"):
        assert pages <= {link.partition("#")[0] for link in links(readme)}


@pytest.mark.parametrize("page", [ROOT / "docs" / "architecture.md", SIMILARITY], ids=lambda page: page.name)
def test_files_that_are_named_with_their_folder_exist(page: Path) -> None:
    for name in re.findall(r"`((?:[a-z_]+/)+(?:[\w]+\.(?:py|toml|json))?)`", text_of(page)):
        places = (SOURCES / name, ROOT / name)
        assert any(place.exists() for place in places) or name.startswith("generations/"), name
