"""What this computer remembers of one cloud: names, views, history, the last known rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.journal.commands import Commands
from dedalus_tui.journal.database import Database
from dedalus_tui.journal.history import History
from dedalus_tui.journal.labels import Labels
from dedalus_tui.journal.rows import Rows
from dedalus_tui.journal.views import Views
from dedalus_tui.journal.watches import Watches

if TYPE_CHECKING:
    from pathlib import Path


class Journal:
    """One file for all clouds; this object speaks of one of them."""

    def __init__(self, path: Path | None, *, cloud: str) -> None:
        """Open `path`, or keep everything in memory when it is None.

        `cloud` keeps apart what belongs to different services and organisations: any text that
        stays the same from run to run. Never raises for a bad file: see `problem`.
        """
        self._database = Database(path)
        self.labels = Labels(self._database, cloud)
        self.views = Views(self._database, cloud)
        self.history = History(self._database, cloud)
        self.rows = Rows(self._database, cloud)
        self.watches = Watches(self._database, cloud)
        self.commands = Commands(self._database, cloud)

    @property
    def problem(self) -> str | None:
        """Why nothing is kept, as a sentence for people; None while all is well."""
        return self._database.problem

    def close(self) -> None:
        """Close the file."""
        self._database.close()
