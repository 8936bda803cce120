"""Commands that were run from here, to run them again: never values of variables, nor stdin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.journal.database import Database

MOST_KEPT = 2000


class PastCommand(NamedTuple):
    """What was typed into the form."""

    machine_id: str
    line: str
    is_script: bool = False
    """It was given to `sh -c` as it stands, instead of being split into words."""
    cwd: str = ""
    timeout: str = ""
    variables: str = ""
    """Names of the variables it was given, with blanks between them."""
    has_input: bool = False


class Commands:
    """The commands run on the machines of one cloud."""

    def __init__(self, database: Database, cloud: str) -> None:
        """Nothing is read until asked for."""
        self._database = database
        self._cloud = cloud

    def add(self, command: PastCommand, at: datetime) -> None:
        """Remember a command; the oldest beyond the limit are forgotten."""
        self._database.write(
            "INSERT INTO commands (cloud, machine_id, at, body) VALUES (?, ?, ?, ?)",
            (self._cloud, command.machine_id, at.isoformat(), json.dumps(command._asdict())),
        )
        self._database.write(
            "DELETE FROM commands WHERE cloud = ? AND id <= (SELECT max(id) FROM commands) - ?",
            (self._cloud, MOST_KEPT),
        )

    def recent(self, machine_id: str = "") -> tuple[PastCommand, ...]:
        """Every different command, newest first; those of `machine_id` before the others."""
        rows = self._database.rows(
            "SELECT body FROM commands WHERE cloud = ? ORDER BY machine_id = ? DESC, id DESC",
            (self._cloud, machine_id),
        )
        found: dict[tuple[str, bool, str], PastCommand] = {}
        for (body,) in rows:
            command = PastCommand(**json.loads(body))
            found.setdefault((command.line, command.is_script, command.cwd), command)
        return tuple(found.values())
