"""Local names, notes, tags and pins, all in memory for reading and in the file for keeping."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dedalus_tui.domain.label import NO_LABEL, Label

if TYPE_CHECKING:
    from dedalus_tui.journal.database import Database


class Labels:
    """The labels of one cloud's machines."""

    def __init__(self, database: Database, cloud: str) -> None:
        """Read them all: they are few."""
        self._database = database
        self._cloud = cloud
        rows = database.rows(
            "SELECT machine_id, name, note, tags, is_pinned FROM labels WHERE cloud = ?", (cloud,)
        )
        self._labels = {
            machine_id: Label(
                name=name, note=note, tags=tuple(json.loads(tags)), is_pinned=bool(is_pinned)
            )
            for machine_id, name, note, tags, is_pinned in rows
        }

    def of(self, machine_id: str) -> Label:
        """The label of a machine; an empty one when it has none."""
        return self._labels.get(machine_id, NO_LABEL)

    def put(self, machine_id: str, label: Label) -> None:
        """Keep this label; an empty one removes it."""
        if label == NO_LABEL:
            self._labels.pop(machine_id, None)
            self._database.write(
                "DELETE FROM labels WHERE cloud = ? AND machine_id = ?", (self._cloud, machine_id)
            )
            return
        self._labels[machine_id] = label
        self._database.write(
            "INSERT OR REPLACE INTO labels VALUES (?, ?, ?, ?, ?, ?)",
            (
                self._cloud,
                machine_id,
                label.name,
                label.note,
                json.dumps(label.tags),
                label.is_pinned,
            ),
        )

    def tags(self) -> tuple[str, ...]:
        """Every tag in use, sorted."""
        return tuple(sorted({tag for label in self._labels.values() for tag in label.tags}))
