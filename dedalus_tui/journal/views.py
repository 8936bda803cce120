"""Saved views: a filter, a sort and columns under a name, in the order they were saved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dedalus_tui.journal.database import Database


class SavedView(NamedTuple):
    """One way to look at the fleet."""

    name: str
    filter: str = ""
    """In the language of `domain/filter.py`."""
    sort: str = ""
    """A column's id; empty = the screen's own order."""
    is_reversed: bool = False
    columns: tuple[str, ...] = ()
    """Ids in order; empty = the screen's own choice."""


class Views:
    """The saved views of one cloud."""

    def __init__(self, database: Database, cloud: str) -> None:
        """Nothing is read until asked for."""
        self._database = database
        self._cloud = cloud

    def all(self) -> tuple[SavedView, ...]:
        """Every view, in the order they were first saved."""
        rows = self._database.rows(
            "SELECT body FROM views WHERE cloud = ? ORDER BY position", (self._cloud,)
        )
        return tuple(_decode(body) for (body,) in rows)

    def save(self, view: SavedView) -> None:
        """Keep a view; one of the same name is replaced where it stands."""
        self._database.write(
            "INSERT INTO views (cloud, name, position, body) VALUES (?, ?,"
            " (SELECT coalesce(max(position), 0) + 1 FROM views), ?)"
            " ON CONFLICT (cloud, name) DO UPDATE SET body = excluded.body",
            (self._cloud, view.name, json.dumps(view._asdict())),
        )

    def delete(self, name: str) -> None:
        """Forget a view."""
        self._database.write("DELETE FROM views WHERE cloud = ? AND name = ?", (self._cloud, name))


def _decode(body: str) -> SavedView:
    values = json.loads(body)
    values["columns"] = tuple(values["columns"])
    return SavedView(**values)
