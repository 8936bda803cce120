"""The history of commands: newest first, this machine's before others', each once."""

from __future__ import annotations

from datetime import UTC, datetime

from dedalus_tui.journal.commands import MOST_KEPT, PastCommand
from dedalus_tui.journal.journal import Journal

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def test_commands_come_back_once_and_those_of_the_machine_first() -> None:
    journal = Journal(None, cloud="one")
    for machine, line in (("m1", "make"), ("m2", "pytest"), ("m1", "ls"), ("m1", "make")):
        journal.commands.add(PastCommand(machine_id=machine, line=line), NOW)
    assert [one.line for one in journal.commands.recent("m1")] == ["make", "ls", "pytest"]
    assert [one.line for one in journal.commands.recent("m2")] == ["pytest", "make", "ls"]
    journal.close()


def test_clouds_do_not_see_each_other_and_old_ones_go() -> None:
    journal = Journal(None, cloud="one")
    for number in range(MOST_KEPT + 10):
        journal.commands.add(PastCommand(machine_id="m1", line=f"echo {number}"), NOW)
    kept = journal.commands.recent("m1")
    assert len(kept) == MOST_KEPT
    assert kept[-1].line == "echo 10"
    journal.close()
