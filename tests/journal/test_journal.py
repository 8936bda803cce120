"""The journal keeps, forgets, survives, and never stops the program."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.domain.label import NO_LABEL, Label
from dedalus_tui.domain.machine import LifecycleStatus, Machine
from dedalus_tui.journal.history import KEPT_DAYS, ActionEntry, Transition
from dedalus_tui.journal.journal import Journal
from dedalus_tui.journal.migrations import MIGRATIONS
from dedalus_tui.journal.views import SavedView
from dedalus_tui.journal.watches import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
MACHINE = Machine(
    machine_id="dm-1",
    desired_state="running",
    vcpu=0.5,
    memory_mib=1024,
    storage_gib=10,
    autosleep_seconds=0,
    created_at=NOW,
    status=LifecycleStatus(phase="running", reason="é", revision="7", last_transition_at=NOW),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.db"


@pytest.fixture
def journal(file: Path) -> Iterator[Journal]:
    opened = Journal(file, cloud="here")
    yield opened
    opened.close()


def reopened(file: Path, cloud: str = "here") -> Journal:
    """As the next run would see it."""
    return Journal(file, cloud=cloud)


def test_labels_last(journal: Journal, file: Path) -> None:
    """Names, notes, tags and pins; emptied ones are forgotten; clouds are kept apart."""
    label = Label(name="api", note="line\nline", tags=("ci", "ünï"), is_pinned=True)
    journal.labels.put("dm-1", label)
    journal.labels.put("dm-2", Label(tags=("ci",)))
    journal.labels.put("dm-2", NO_LABEL)
    again = reopened(file)
    assert again.labels.of("dm-1") == label
    assert again.labels.of("dm-2") == NO_LABEL
    assert again.labels.tags() == ("ci", "ünï")
    other = reopened(file, "elsewhere")
    assert other.labels.of("dm-1") == NO_LABEL
    again.close()
    other.close()


def test_views_keep_their_order(journal: Journal, file: Path) -> None:
    """Saving again replaces a view where it stands."""
    journal.views.save(SavedView(name="ci", filter="tag:ci", columns=("name", "phase")))
    journal.views.save(SavedView(name="mine"))
    changed = SavedView(name="ci", filter="tag:cd", sort="age", is_reversed=True)
    journal.views.save(changed)
    again = reopened(file)
    assert again.views.all() == (changed, SavedView(name="mine"))
    again.views.delete("ci")
    assert journal.views.all() == (SavedView(name="mine"),)
    again.close()


def test_history_lasts_and_ages(journal: Journal, file: Path) -> None:
    """Transitions and actions, oldest first; very old ones go."""
    old = NOW - timedelta(days=KEPT_DAYS + 1)
    transitions = [
        Transition(machine_id="dm-1", at=at, phase="running", desired_state="running", cause="x")
        for at in (old, NOW)
    ]
    journal.history.note_transitions(transitions)
    entry = ActionEntry(at=NOW, action_id="machine.sleep", machine_id="dm-1", outcome="done")
    journal.history.note_actions([entry])
    again = reopened(file)
    assert again.history.transitions_of("dm-1") == tuple(transitions)
    assert again.history.transitions_of("dm-1", limit=1) == (transitions[1],)
    again.history.forget_before(NOW)
    assert again.history.transitions_of("dm-1") == (transitions[1],)
    assert again.history.actions() == (entry,)
    again.close()


texts = st.text(max_size=20)
moments = st.none() | st.datetimes(timezones=st.just(UTC))
statuses = st.builds(
    LifecycleStatus,
    phase=texts,
    reason=texts,
    retryable=st.none() | st.booleans(),
    revision=st.none() | texts,
    last_transition_at=moments,
    last_progress_at=moments,
    last_error=st.none() | texts,
    memory_configured_mib=st.none() | st.integers(1, 2**40),
    memory_last_autoresized_at=moments,
)
machines = st.builds(
    Machine,
    machine_id=st.text(min_size=1, max_size=20),
    phase=texts,
    desired_state=texts,
    vcpu=st.none() | st.floats(0.1, 64),
    memory_mib=st.none() | st.integers(1, 2**40),
    autosleep_seconds=st.none() | st.integers(0, 9_223_372_036),
    created_at=moments,
    status=st.none() | statuses,
)


@given(machine=machines)
def test_rows_come_back_as_they_were(machine: Machine) -> None:
    """Whatever the service said."""
    journal = Journal(None, cloud="here")
    journal.rows.save([(machine, NOW)])
    assert journal.rows.load() == ((machine, NOW),)
    journal.close()


def test_rows_are_forgotten_with_their_machine(journal: Journal) -> None:
    """In the same step."""
    journal.rows.save([(MACHINE, NOW)])
    journal.rows.save([], ["dm-1"])
    assert journal.rows.load() == ()


def test_an_unreadable_row_is_left_out(journal: Journal, file: Path) -> None:
    """The others are shown."""
    journal.rows.save([(MACHINE, NOW)])
    with sqlite3.connect(file) as raw:
        raw.execute("INSERT INTO machines VALUES ('here', 'dm-0', 'yesterday', '{')")
    raw.close()
    again = reopened(file)
    assert again.rows.load() == ((MACHINE, NOW),)
    again.close()


def test_the_file_is_private(journal: Journal, file: Path) -> None:
    """Notes are nobody else's business."""
    assert journal.problem is None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_damaged_file_is_gone_on_without(file: Path) -> None:
    """Everything works, nothing is kept, and that is said; the file is not touched."""
    file.parent.mkdir()
    file.write_bytes(b"this is not a database" * 100)
    journal = Journal(file, cloud="here")
    assert journal.problem is not None
    assert str(file) in journal.problem
    journal.labels.put("dm-1", Label(name="api"))
    journal.rows.save([(MACHINE, NOW)])
    assert journal.labels.of("dm-1").name == "api"
    assert journal.rows.load() == ((MACHINE, NOW),)
    journal.close()
    assert file.read_bytes().startswith(b"this is not")


def test_a_file_of_a_newer_program_is_left_alone(file: Path) -> None:
    """It would be understood wrongly."""
    Journal(file, cloud="here").close()
    with sqlite3.connect(file) as raw:
        raw.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    raw.close()
    journal = Journal(file, cloud="here")
    assert "newer version" in str(journal.problem)
    journal.close()


def test_watches_last_and_grow(journal: Journal, file: Path) -> None:
    """A span is kept once, however often it became longer; old ones are forgotten."""
    later = NOW + timedelta(hours=2)
    journal.watches.save(Watch(later, later + timedelta(minutes=5)))
    journal.watches.save(Watch(NOW, NOW + timedelta(minutes=1)))
    journal.watches.save(Watch(NOW, NOW + timedelta(minutes=9)))
    again = reopened(file)
    assert again.watches.all() == (
        Watch(NOW, NOW + timedelta(minutes=9)),
        Watch(later, later + timedelta(minutes=5)),
    )
    again.watches.forget_before(NOW + timedelta(days=KEPT_DAYS, hours=1))
    assert [each.began for each in again.watches.all()] == [later]
    again.close()
    other = reopened(file, cloud="there")
    assert other.watches.all() == ()
    other.close()


def test_a_file_of_each_earlier_version_is_taken_over(file: Path) -> None:
    """What it held stays, and what is new can be written."""
    for version in range(1, len(MIGRATIONS)):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        raw = sqlite3.connect(file)
        raw.executescript("".join(MIGRATIONS[:version]) + f"PRAGMA user_version = {version};")
        raw.execute("INSERT INTO labels VALUES ('here', 'dm-1', 'api', '', '[]', 0)")
        raw.commit()
        raw.close()
        journal = Journal(file, cloud="here")
        assert journal.problem is None
        assert journal.labels.of("dm-1").name == "api"
        journal.watches.save(Watch(NOW, NOW))
        assert journal.watches.all() == (Watch(NOW, NOW),)
        journal.close()


def test_a_locked_file_is_gone_on_without(file: Path) -> None:
    """After a short wait."""
    Journal(file, cloud="here").close()
    holder = sqlite3.connect(file)
    holder.execute("PRAGMA journal_mode = DELETE")
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    journal = Journal(file, cloud="here")
    assert "locked" in str(journal.problem)
    journal.close()
    holder.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    """No traceback."""
    tmp_path.chmod(0o500)
    journal = Journal(tmp_path / "sub" / "journal.db", cloud="here")
    assert journal.problem is not None
    journal.close()
    tmp_path.chmod(0o700)


def test_a_file_that_goes_bad_later_stops_nothing(journal: Journal, file: Path) -> None:
    """The problem is told from then on."""
    with sqlite3.connect(file) as raw:
        raw.execute("DROP TABLE machines")
    raw.close()
    journal.rows.save([(MACHINE, NOW)])
    assert journal.rows.load() == ()
    assert journal.problem is not None


def test_two_programs_share_the_file(journal: Journal, file: Path) -> None:
    """Each sees what the other wrote."""
    other = reopened(file)
    other.rows.save([(MACHINE, NOW)])
    journal.history.note_actions(
        [ActionEntry(at=NOW, action_id="machine.wake", machine_id="dm-1", outcome="done")]
    )
    assert journal.rows.load() == ((MACHINE, NOW),)
    assert len(other.history.actions()) == 1
    assert journal.problem is None
    assert other.problem is None
    other.close()


def test_opens_without_model_libraries() -> None:
    """It is read before the first paint."""
    program = (
        "import sys, dedalus_tui.journal.journal;"
        "print(sorted({'pydantic', 'httpx', 'asyncio', 'textual'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
