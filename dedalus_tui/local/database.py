"""The SQLite file that holds everything the local cloud must not lose.

Write-ahead log, one connection, used by one thread. What a mutation changes and the remembered
answer to its Idempotency-Key are committed together, so a server killed at any moment has either
accepted a request wholly or not at all.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_MIGRATIONS = (
    """
    CREATE TABLE machines (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        machine_id TEXT NOT NULL UNIQUE,
        vcpu REAL NOT NULL,
        memory_mib INTEGER NOT NULL,
        storage_gib INTEGER NOT NULL,
        autosleep_seconds INTEGER NOT NULL,
        desired_state TEXT NOT NULL,
        phase TEXT NOT NULL,
        reason TEXT NOT NULL,
        retryable INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        created_at REAL NOT NULL,
        last_transition_at REAL NOT NULL,
        last_progress_at REAL NOT NULL,
        last_error TEXT,
        is_synthetic INTEGER NOT NULL,
        is_autoresizing INTEGER NOT NULL
    );
    CREATE TABLE transitions (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        machine_id TEXT NOT NULL,
        at REAL NOT NULL,
        phase_before TEXT,
        phase TEXT NOT NULL,
        desired_state TEXT NOT NULL,
        revision INTEGER NOT NULL,
        reason TEXT NOT NULL,
        vcpu REAL NOT NULL,
        memory_mib INTEGER NOT NULL,
        storage_gib INTEGER NOT NULL
    );
    CREATE INDEX transitions_of_machine ON transitions (machine_id, seq);
    CREATE TABLE idempotency (
        key TEXT PRIMARY KEY,
        request_hash TEXT NOT NULL,
        status INTEGER NOT NULL,
        headers TEXT NOT NULL,
        body BLOB NOT NULL,
        created_at REAL NOT NULL
    );
    CREATE INDEX idempotency_by_age ON idempotency (created_at);
    CREATE TABLE processes (
        pid INTEGER NOT NULL,
        started TEXT NOT NULL,
        machine_id TEXT NOT NULL,
        PRIMARY KEY (pid, started)
    );
    CREATE TABLE executions (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        execution_id TEXT NOT NULL UNIQUE,
        machine_id TEXT NOT NULL,
        status TEXT NOT NULL,
        record TEXT NOT NULL
    );
    CREATE INDEX executions_of_machine ON executions (machine_id, seq);
    CREATE TABLE artifacts (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        artifact_id TEXT NOT NULL UNIQUE,
        machine_id TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        name TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        mime_type TEXT,
        sha256 TEXT NOT NULL,
        created_at REAL NOT NULL
    );
    CREATE INDEX artifacts_of_machine ON artifacts (machine_id, seq);
    CREATE TABLE terminals (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        terminal_id TEXT NOT NULL UNIQUE,
        machine_id TEXT NOT NULL,
        status TEXT NOT NULL,
        record TEXT NOT NULL
    );
    CREATE INDEX terminals_of_machine ON terminals (machine_id, seq);
    CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    );
    """,
    """
    CREATE TABLE compute_use (
        machine_id TEXT NOT NULL,
        hour INTEGER NOT NULL,
        vcpu REAL NOT NULL,
        memory_mib INTEGER NOT NULL,
        storage_gib INTEGER NOT NULL,
        awake_seconds INTEGER NOT NULL,
        cpu_millicore_seconds INTEGER NOT NULL,
        window_count INTEGER NOT NULL,
        last_window_end INTEGER NOT NULL,
        PRIMARY KEY (machine_id, hour, vcpu, memory_mib, storage_gib)
    );
    CREATE TABLE cpu_use (
        machine_id TEXT NOT NULL,
        hour INTEGER NOT NULL,
        vcpu REAL NOT NULL,
        memory_mib INTEGER NOT NULL,
        storage_gib INTEGER NOT NULL,
        millicore_seconds REAL NOT NULL,
        PRIMARY KEY (machine_id, hour, vcpu, memory_mib, storage_gib)
    );
    CREATE TABLE disk_marks (
        machine_id TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        bytes INTEGER NOT NULL
    );
    CREATE TABLE disk_use (
        machine_id TEXT NOT NULL,
        hour INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        byte_seconds INTEGER NOT NULL,
        PRIMARY KEY (machine_id, hour)
    );
    """,
)


class Database:
    """The open state file."""

    def __init__(self, path: Path) -> None:
        """Open or create, and bring the schema up to date."""
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._depth = 0
        self._changes_before = 0
        self._rollback_listeners: list[Callable[[], None]] = []
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Losing the last commits to a power cut is acceptable here; losing them to a killed
        # process is not, and cannot happen: the log is in the kernel by then.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._migrate()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; transactions nest into the outermost one."""
        if self._depth == 0:
            self._connection.execute("BEGIN IMMEDIATE")
            self._changes_before = self._connection.total_changes
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._roll_back()
            raise
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute("COMMIT")

    def on_rollback(self, listener: Callable[[], None]) -> None:
        """Call `listener` after changes were undone: what is in memory may be ahead of the file."""
        self._rollback_listeners.append(listener)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement that changes something; returns the row number of an insert."""
        cursor = self._connection.execute(statement, parameters)
        return cursor.lastrowid or 0

    def execute_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement for many rows."""
        self._connection.executemany(statement, rows)

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        return self._connection.execute(query, parameters).fetchall()

    def row(self, query: str, parameters: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row of a query, if any."""
        row: sqlite3.Row | None = self._connection.execute(query, parameters).fetchone()
        return row

    def setting(self, name: str) -> str | None:
        """A remembered single value."""
        row = self.row("SELECT value FROM settings WHERE name = ?", (name,))
        return None if row is None else str(row["value"])

    def remember(self, name: str, value: str) -> None:
        """Keep a single value."""
        self.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    def clear(self) -> None:
        """Empty every table, keeping the schema."""
        with self.transaction():
            for row in self.rows(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ):
                self.execute(f'DELETE FROM "{row["name"]}"')

    def _roll_back(self) -> None:
        has_changed = self._connection.total_changes != self._changes_before
        self._connection.execute("ROLLBACK")
        if has_changed:
            for listener in self._rollback_listeners:
                listener()

    def _migrate(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        for number, script in enumerate(_MIGRATIONS[version:], start=version + 1):
            self._connection.executescript(
                f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT"
            )
