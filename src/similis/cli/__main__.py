"""``python -m similis.cli``."""

from __future__ import annotations

import sys

from similis.cli import main

if __name__ == "__main__":
    sys.exit(main())
