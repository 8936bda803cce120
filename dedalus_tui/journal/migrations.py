"""The journal's tables, and how an older file becomes a newer one (PRAGMA user_version)."""

from __future__ import annotations

import sqlite3

_FIRST = """
CREATE TABLE machines (
    cloud TEXT NOT NULL,
    machine_id TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (cloud, machine_id)
) WITHOUT ROWID;
CREATE TABLE labels (
    cloud TEXT NOT NULL,
    machine_id TEXT NOT NULL,
    name TEXT NOT NULL,
    note TEXT NOT NULL,
    tags TEXT NOT NULL,
    is_pinned INTEGER NOT NULL,
    PRIMARY KEY (cloud, machine_id)
) WITHOUT ROWID;
CREATE TABLE views (
    cloud TEXT NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (cloud, name)
) WITHOUT ROWID;
CREATE TABLE transitions (
    id INTEGER PRIMARY KEY,
    cloud TEXT NOT NULL,
    machine_id TEXT NOT NULL,
    at TEXT NOT NULL,
    phase TEXT NOT NULL,
    desired_state TEXT NOT NULL,
    reason TEXT NOT NULL,
    cause TEXT NOT NULL
);
CREATE INDEX transitions_of_machine ON transitions (cloud, machine_id, at);
CREATE TABLE actions (
    id INTEGER PRIMARY KEY,
    cloud TEXT NOT NULL,
    at TEXT NOT NULL,
    action_id TEXT NOT NULL,
    machine_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX actions_of_machine ON actions (cloud, machine_id, at);
"""

_COMMANDS = """
CREATE TABLE commands (
    id INTEGER PRIMARY KEY,
    cloud TEXT NOT NULL,
    machine_id TEXT NOT NULL,
    at TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX commands_of_cloud ON commands (cloud, id);
"""

_WATCHES = """
CREATE TABLE watches (
    cloud TEXT NOT NULL,
    began TEXT NOT NULL,
    ended TEXT NOT NULL,
    PRIMARY KEY (cloud, began)
) WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _COMMANDS, _WATCHES)
"""Each makes one version more; a published one is never edited."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to the newest version.

    Raises sqlite3.Error; also for a file of a newer program, which is left untouched.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise sqlite3.DatabaseError(f"it was made by a newer version of this program ({version})")
    for number in range(version, len(MIGRATIONS)):
        script = (
            f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
        )
        try:
            connection.executescript(script)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            raise
