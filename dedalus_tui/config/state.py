"""Choices made inside the program that are the person's, not a deployment's: the theme.

Kept apart from the settings file, which belongs to the person alone. Views, sort and columns are
a deployment's and live in its journal. A state file that cannot be read or written costs nothing
but the memory of the choice.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.config.paths import write_private

if TYPE_CHECKING:
    from pathlib import Path


class State(NamedTuple):
    """What is remembered from one start to the next."""

    theme: str = ""
    """Chosen inside the program; a theme in the settings goes before it."""


def read_state(path: Path) -> State:
    """The remembered choices; defaults for whatever cannot be read."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return State()
    theme = data.get("theme") if isinstance(data, dict) else None
    return State(theme=theme if isinstance(theme, str) else "")


def write_state(path: Path, state: State) -> None:
    """Remember the choices."""
    with suppress(OSError):
        write_private(path, json.dumps(state._asdict()) + "\n")
