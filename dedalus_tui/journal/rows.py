"""The last known rows, so that a start paints a fleet at once; read without any model library."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dedalus_tui.domain.machine import LifecycleStatus, Machine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedalus_tui.journal.database import Database

_MACHINE_FIELDS = tuple(name for name in Machine._fields if name != "status")
_STATUS_FIELDS = LifecycleStatus._fields
_DATES = frozenset(
    {"created_at", "last_transition_at", "last_progress_at", "memory_last_autoresized_at"}
)


class Rows:
    """The machines of one cloud as they were last seen."""

    def __init__(self, database: Database, cloud: str) -> None:
        """Nothing is read until asked for."""
        self._database = database
        self._cloud = cloud
        self._loaded: tuple[tuple[Machine, datetime], ...] | None = None

    def load(self) -> tuple[tuple[Machine, datetime], ...]:
        """Every machine with the time it was last seen; an unreadable row is left out.

        The first paint and the store both ask: what was read is kept until something is saved.
        """
        if self._loaded is None:
            self._loaded = self._read()
        return self._loaded

    def _read(self) -> tuple[tuple[Machine, datetime], ...]:
        rows = self._database.rows(
            "SELECT body, seen_at FROM machines WHERE cloud = ?", (self._cloud,)
        )
        known: list[tuple[Machine, datetime]] = []
        for body, seen_at in rows:
            try:
                known.append((_decode(json.loads(body)), datetime.fromisoformat(seen_at)))
            except (ValueError, TypeError, KeyError):
                continue
        return tuple(known)

    def save(self, seen: Iterable[tuple[Machine, datetime]], gone: Iterable[str] = ()) -> None:
        """Keep these machines and forget those, together."""
        self._loaded = None
        kept = [
            (self._cloud, machine.machine_id, at.isoformat(), json.dumps(_encode(machine)))
            for machine, at in seen
        ]
        lost = [(self._cloud, machine_id) for machine_id in gone]
        self._database.write_all(
            (
                ("INSERT OR REPLACE INTO machines VALUES (?, ?, ?, ?)", kept),
                ("DELETE FROM machines WHERE cloud = ? AND machine_id = ?", lost),
            )
        )


def _encode(machine: Machine) -> dict[str, Any]:
    body = _values(machine, _MACHINE_FIELDS)
    if machine.status is not None:
        body["status"] = _values(machine.status, _STATUS_FIELDS)
    return body


def _values(source: Machine | LifecycleStatus, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(source, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if value is not None
    }


def _decode(body: dict[str, Any]) -> Machine:
    status = body.get("status")
    values = _arguments(body, _MACHINE_FIELDS)
    if status is not None:
        values["status"] = LifecycleStatus(**_arguments(status, _STATUS_FIELDS))
    return Machine(**values)


def _arguments(body: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(body[name]) if name in _DATES else body[name]
        for name in names
        if name in body
    }
