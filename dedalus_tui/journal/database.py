"""The journal's SQLite connection: opened with care, never allowed to stop the program.

Losing the journal loses comfort (names, history, the first paint), so a damaged, locked or
read-only file is gone on without: an empty one in memory takes its place, and `problem` says so.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any

from dedalus_tui.journal.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_LOCK_WAIT_SECONDS = 1.0


class Database:
    """One connection, usable from any thread, one statement at a time."""

    def __init__(self, path: Path | None) -> None:
        """Open and migrate `path`; None keeps everything in memory."""
        self.problem: str | None = None
        """Why nothing is kept, as a sentence; None while all is well."""
        self._lock = threading.Lock()
        self._connection = self._open(path)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a query answers; nothing when the file fails."""
        with self._lock:
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                self._note(error)
                return []

    def write(self, sql: str, *rows: Sequence[Any]) -> None:
        """Run a statement for each of the rows, all or none."""
        self.write_all([(sql, rows)])

    def write_all(self, statements: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        """Run several statements, each for its rows, all or none."""
        with self._lock:
            try:
                with self._connection:
                    for sql, rows in statements:
                        self._connection.executemany(sql, rows)
            except sqlite3.Error as error:
                self._note(error)

    def close(self) -> None:
        """Close the file; nothing may be asked afterwards."""
        with self._lock:
            self._connection.close()

    def _open(self, path: Path | None) -> sqlite3.Connection:
        if path is not None:
            connection: sqlite3.Connection | None = None
            try:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.touch(mode=0o600)
                connection = _connect(str(path))
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                migrate(connection)
            except (sqlite3.Error, OSError) as error:
                if connection is not None:
                    connection.close()
                self._note(error, path)
            else:
                return connection
        memory = _connect(":memory:")
        migrate(memory)
        return memory

    def _note(self, error: Exception, path: Path | None = None) -> None:
        where = f"the journal {path}" if path else "the journal"
        self.problem = f"{where} cannot be used ({error}); names, notes and history are not kept"


def _connect(name: str) -> sqlite3.Connection:
    return sqlite3.connect(name, timeout=_LOCK_WAIT_SECONDS, check_same_thread=False)
