"""What this session sent to start its runs, to run them again: the service tells no values back.

Values of variables and input may be secret: they stay in memory, and are never written down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.domain.execution import ExecutionSpec

MOST_KEPT = 200
MOST_CHARACTERS = 16 * 1024 * 1024
"""Of input in all."""


class SentSpecs:
    """By execution, the newest ones."""

    def __init__(self) -> None:
        """None yet."""
        self._kept: dict[str, ExecutionSpec] = {}

    def note(self, execution_id: str, spec: ExecutionSpec) -> None:
        """Keep what a run was started with; the oldest are forgotten."""
        self._kept.pop(execution_id, None)
        self._kept[execution_id] = spec
        while len(self._kept) > MOST_KEPT or self._characters > MOST_CHARACTERS:
            del self._kept[next(iter(self._kept))]

    @property
    def _characters(self) -> int:
        # One text sent to many machines is held once.
        inputs = {id(spec.stdin): spec.stdin for spec in self._kept.values()}
        return sum(len(text) for text in inputs.values() if text)

    def get(self, execution_id: str) -> ExecutionSpec | None:
        """What that run was started with; None if it was not from here, or long ago."""
        return self._kept.get(execution_id)
