"""Screens as text, compared with what was looked at and found good.

`FACES=write pytest tests/ui` writes them anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

KEPT = Path(__file__).parent / "faces"


def check_face(name: str, lines: list[str]) -> None:
    """Compare with the kept face of that name."""
    file = KEPT / f"{name}.txt"
    text = "\n".join(line.rstrip() for line in lines).rstrip() + "\n"
    if os.environ.get("FACES") == "write":
        KEPT.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
