"""The command line: one command a module; each parses, calls one function of the package and shows what came back.

Results go to stdout, everything else to stderr. Importing this package imports nothing but itself.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``similis`` with ``arguments`` (None: the process's own) and return the exit code.

    0 done, 1 failed, 2 used wrongly, 3 done with rejects, 130 interrupted.
    """
    try:
        from similis.cli.app import run

        return run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:  # while the commands were still loading
        print("similis: interrupted", file=sys.stderr)
        return 130
