"""The list of commands, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from similis.cli import (
    add,
    backup,
    brands,
    build,
    delete,
    demo,
    doctor,
    explain,
    export,
    generations,
    imports,
    matrix,
    prepare,
    quality,
    sample,
    similar,
    status,
    undo,
)
from similis.errors import SimilisError, UsageError

COMMANDS: dict[str, dict[str, Callable[..., None]]] = {
    "First steps": {"demo": demo.demo, "sample": sample.sample},
    "A shop": {
        "add": add.add,
        "build": build.build,
        "status": status.status,
        "delete": delete.delete,
        "imports": imports.imports,
        "undo": undo.undo,
    },
    "Answers": {"similar": similar.similar, "explain": explain.explain, "export": export.export, "matrix": matrix.matrix},
    "Upkeep": {
        "generations": generations.generations,
        "promote": generations.promote,
        "rollback": generations.rollback,
        "prune": generations.prune,
        "backup": backup.backup,
        "restore": backup.restore,
        "doctor": doctor.doctor,
    },
    "A look inside": {"quality": quality.quality, "brands": brands.brands, "prepare": prepare.prepare},
}

_HELP = {"help_option_names": ["--help", "-h"]}
FAILED, USED_WRONGLY, INTERRUPTED = 1, 2, 130

# The error typer raises for a wrong command line; its own name for it moved between releases.
_CommandLineError: Any = typer.BadParameter.__base__


class _Grouped(TyperGroup):
    """Shows the commands under the headings of ``COMMANDS``."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # Any: typer's own types moved between releases
        width = max(map(len, self.commands))
        for heading, commands in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), self.commands[name].get_short_help_str(limit=100)) for name in commands])


def _show_version(wanted: bool) -> None:
    if wanted:
        from similis import __version__

        print(f"similis {__version__}")
        raise typer.Exit


def _similis(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Find what is the same, a variant, a substitute or a complement in a catalogue, with reasons. Chinese and English, offline.

    \b
    similis demo                          see it work on the sample catalogue
    similis add feed.csv                  or XLSX, XML, JSON, Parquet, a database
    similis build
    similis similar SKU-1
    similis similar --text "轻薄的瑜伽裤"

    Every command takes --json and --help. Exit codes: 0 done, 1 failed, 2 used wrongly, 3 done with rejects.
    """


def make_app() -> typer.Typer:
    """All commands as one application. Plain help: it is there at once, and pastes well."""
    app = typer.Typer(cls=_Grouped, context_settings=_HELP, rich_markup_mode=None, add_completion=False, no_args_is_help=True)
    app.callback()(_similis)
    for commands in COMMANDS.values():
        for name, command in commands.items():
            app.command(name, context_settings=_HELP)(command)
    return app


def run(arguments: list[str]) -> int:
    """Run one command line; errors raised on purpose become one line on stderr. Anything else keeps its traceback."""
    try:
        code = typer.main.get_command(make_app())(arguments, prog_name="similis", standalone_mode=False)
        sys.stdout.flush()
        return _complain("interrupted", INTERRUPTED) if code == INTERRUPTED else int(code or 0)
    except UsageError as error:
        return _complain(str(error), USED_WRONGLY)
    except SimilisError as error:
        return _complain(str(error), FAILED)
    except _CommandLineError as error:
        error.show()
        return USED_WRONGLY
    except (KeyboardInterrupt, typer.Abort):
        return _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the results has seen enough. The interpreter flushes once more at its end: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _complain(message: str, code: int) -> int:
    print("similis:", " ".join(message.split()), file=sys.stderr)
    return code
