"""Marks that shells leave in their output (OSC 133): where prompts, commands and outputs begin."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class MarkKind(Enum):
    """The four steps of a shell's turn, by their letter in OSC 133."""

    PROMPT_START = "A"
    COMMAND_START = "B"
    OUTPUT_START = "C"
    COMMAND_END = "D"


class Mark(NamedTuple):
    """A step of a shell's turn at a column of the row that holds it."""

    kind: MarkKind
    column: int
    exit_status: int | None = None
