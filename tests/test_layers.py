"""Imports point one way: a package knows earlier layers only, its own layer's others not at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src"
NAME = "similis"
LAYERS = [
    {"errors", "arrays", "hanzi"},
    {"catalogue", "encoding", "indexing", "evaluation", "sample"},
    {"store"},
    {"generations"},
    {"similarity"},
    {"recommendation", "classification", "attributes", "matching"},
    {"tuning", "training"},
    {"shop"},
    {"__init__"},  # the facade, `from similis import open`: for the doors only
    {"testing", "cli", "server", "client", "mcp"},
    {"__main__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
ONLY_IN_TRAINING = {"torch", "transformers", "sentence_transformers", "peft"}


def modules(root: Path) -> list[Path]:
    return sorted((root / NAME).rglob("*.py"))


def imports_of(path: Path, root: Path) -> Iterator[tuple[str, str | None]]:
    """Each import in a file, also inside functions: the absolute module, and the name taken from it, if any."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, None) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                # One dot is the package the file is in, both for a/__init__.py and a/b.py.
                package = path.relative_to(root).parent.parts
                base = package[: len(package) - level + 1] if level else ()
                full = ".".join([*base, *([module] if module else [])])
                yield from ((full, alias.name) for alias in names)
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(full)), *_],
            ):
                yield full, None


def packages_imported_by(path: Path, root: Path) -> set[str]:
    """The packages of ours that a file imports; ``__init__`` for names of the facade itself."""
    found = set()
    for module, name in imports_of(path, root):
        top, _, rest = module.partition(".")
        if top != NAME:
            continue
        if rest:
            found.add(rest.partition(".")[0])
        elif name is None or name != "__version__":  # the version is a constant, not the facade
            is_package = name is not None and ((root / NAME / name).is_dir() or (root / NAME / f"{name}.py").is_file())
            found.add(name if is_package and name else "__init__")
    return found


def violations(root: Path) -> list[str]:
    """What is wrong, one line each."""
    wrong = []
    for path in modules(root):
        here = path.relative_to(root / NAME).parts[0].removesuffix(".py")
        shown = path.relative_to(root)
        if here not in LEVEL:
            wrong.append(f"{shown}: package {here} has no level in LAYERS")
            continue
        if here != "__init__":  # the facade may show everything
            for there in sorted(packages_imported_by(path, root) - {here}):
                if there not in LEVEL:
                    wrong.append(f"{shown}: imports {there}, which has no level in LAYERS")
                elif LEVEL[there] >= LEVEL[here]:
                    wrong.append(f"{shown}: {here} (level {LEVEL[here]}) imports {there} (level {LEVEL[there]})")
        foreign = {module.partition(".")[0] for module, _ in imports_of(path, root)}
        if here != "training":
            wrong.extend(f"{shown}: imports {name}, which only training may" for name in sorted(foreign & ONLY_IN_TRAINING))
        wrong.extend(
            f"{shown}: imports {name}; it measures the package, never the other way" for name in sorted(foreign & {"benchmarks", "tests"})
        )
    return wrong


def test_imports_come_from_earlier_layers() -> None:
    assert modules(ROOT), f"no modules under {ROOT}"
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    ("file", "source", "complaint"),
    [
        ("store/schema.py", "from similis.errors import NoShop\nimport similis.catalogue.product\nfrom . import rows", None),
        ("store/schema.py", "from ..catalogue import Product\nfrom .rows import Row\nfrom .. import errors, __version__", None),
        ("__init__.py", "from similis.shop import Shop\nfrom similis.cli import main", None),
        ("cli/demo.py", "import similis\nfrom similis import open, store", None),
        ("training/loop.py", "import torch", None),
        ("store/schema.py", "import similis.shop", "store (level 2) imports shop"),
        ("store/schema.py", "from similis import generations", "store (level 2) imports generations"),
        ("store/schema.py", "from similis import open", "store (level 2) imports __init__"),
        ("store/deep/er.py", "def f():\n    from ...shop import Shop", "store (level 2) imports shop"),
        ("store/__init__.py", "from ..similarity import engine", "store (level 2) imports similarity"),
        ("store/schema.py", "from .. import shop", "store (level 2) imports shop"),
        ("catalogue/reader.py", "from similis.encoding import Encoder", "catalogue (level 1) imports encoding"),
        ("catalogue/reader.py", "if TYPE_CHECKING:\n    import similis.store", "catalogue (level 1) imports store"),
        ("catalogue/reader.py", "import_module('similis.cli.main')", "catalogue (level 1) imports cli"),
        ("server/app.py", "from similis.cli import main", "server (level 9) imports cli"),
        ("encoding/onnx.py", "def f():\n    import torch.nn as nn", "imports torch, which only training may"),
        ("utils.py", "", "package utils has no level"),
        ("shop.py", "from similis.helpers import x", "imports helpers, which has no level"),
        ("shop.py", "import benchmarks.speed", "imports benchmarks"),
    ],
)
def test_the_check_itself_can_fail(tmp_path: Path, file: str, source: str, complaint: str | None) -> None:
    for name in LEVEL:
        (tmp_path / NAME / name).mkdir(parents=True)
    path = tmp_path / NAME / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    found = violations(tmp_path)
    if complaint is None:
        assert found == []
    else:
        assert len(found) == 1
        assert complaint in found[0]
