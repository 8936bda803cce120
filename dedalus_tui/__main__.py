"""`python -m dedalus_tui`: the same as the command `dedalus-tui`."""

from __future__ import annotations

import sys

from dedalus_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
