"""When this computer was watching a cloud: what nobody saw must not be shown as known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.journal.history import KEPT_DAYS

if TYPE_CHECKING:
    from dedalus_tui.journal.database import Database


class Watch(NamedTuple):
    """A span in which the list of machines was read again and again."""

    began: datetime
    ended: datetime
    """When it was read last."""


class Watches:
    """The spans of one cloud, of every run of this program."""

    def __init__(self, database: Database, cloud: str) -> None:
        """Nothing is read until asked for."""
        self._database = database
        self._cloud = cloud

    def save(self, watch: Watch) -> None:
        """Keep it, or how much longer it has become since it was kept."""
        self._database.write(
            "INSERT OR REPLACE INTO watches (cloud, began, ended) VALUES (?, ?, ?)",
            (self._cloud, watch.began.isoformat(), watch.ended.isoformat()),
        )

    def all(self) -> tuple[Watch, ...]:
        """Those kept, in the order in which they began; two programs' may overlap."""
        rows = self._database.rows(
            "SELECT began, ended FROM watches WHERE cloud = ? ORDER BY began", (self._cloud,)
        )
        return tuple(
            Watch(datetime.fromisoformat(began), datetime.fromisoformat(ended))
            for began, ended in rows
        )

    def forget_before(self, now: datetime) -> None:
        """Drop what ended more than KEPT_DAYS before `now`."""
        oldest = (now - timedelta(days=KEPT_DAYS)).isoformat()
        self._database.write("DELETE FROM watches WHERE ended < ?", (oldest,))
