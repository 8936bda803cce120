"""A person works in a terminal of a local machine: type, vim, leave, come back, split, search."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.tmux import Tmux

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Tmux.available(), reason="tmux is not installed"),
]

PROGRAM = str(Path(sys.executable).with_name("dedalus-tui"))
PROMPT = r"user@dm-\w+:~\$ ?$"


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Tmux]:
    """The dashboard on a local cloud of its own, with one running machine selected."""
    argv = [PROGRAM, "--local", "--local-pace", "instant", "--state-dir", str(tmp_path)]
    env = {"DEDALUS_TUI_CONFIG": str(tmp_path / "none.toml"), "LANG": "C.UTF-8"}
    with Tmux.start(argv, columns=100, rows=30, env=env, cwd=tmp_path) as tmux:
        tmux.wait_for(r"● live")
        tmux.wait_for(r"▌ .*failed")
        tmux.press("j")
        tmux.wait_for(r"▌ .*running")
        yield tmux


def open_terminal(person: Tmux) -> None:
    person.press("t")
    person.wait_for(PROMPT)


def bar(person: Tmux, key: str) -> None:
    """Open the bar and press one key of it."""
    person.press("C-]")
    person.wait_for(r"sends \^\]")
    person.press(key)


def test_type_run_vim_leave_and_come_back_to_the_same_screen(person: Tmux) -> None:
    open_terminal(person)
    person.type("echo $((40 + 2)) > answer; cat answer")
    person.press("Enter")
    person.wait_for(r"^42$")
    if shutil.which("vim"):
        person.type("vim --clean answer")
        person.press("Enter")
        person.wait_for(r'"answer"')
        person.type("o")
        person.wait_for(r"INSERT")
        person.type("from vim")
        person.press("Escape")
        # Escape and a key in one breath would be Alt with that key.
        person.wait_gone(r"INSERT")
        person.type(":wq")
        person.press("Enter")
        person.wait_for(PROMPT)
        person.type("cat answer")
        person.press("Enter")
        person.wait_for(r"^from vim$")
    before = person.wait_for(PROMPT)
    bar(person, "d")
    person.wait_for(r"NAME +PHASE")
    person.press("t")
    person.wait_until(
        lambda screen: lines_below_header(screen) == lines_below_header(before), "the same screen"
    )
    person.type("exit")
    person.press("Enter")
    person.wait_for(r"The shell has ended")
    person.press("x")
    person.wait_for(r"NAME +PHASE")


def lines_below_header(screen: str) -> list[str]:
    return [line.rstrip() for line in screen.splitlines()[1:] if line.strip()]


def test_keys_that_programs_need_reach_the_shell(person: Tmux) -> None:
    open_terminal(person)
    person.type("cat -v")
    person.press("Enter")
    person.wait_for(r"cat -v$")
    person.press("Escape", "Up", "F5", "M-x", "C-q", "C-p", "Enter")
    person.wait_for(r"^\^\[\^\[\[A\^\[\[15~\^\[x\^P$")
    person.press("C-c")
    person.wait_for(PROMPT)
    bar(person, "C-]")
    person.wait_for(PROMPT)


def test_split_search_and_broadcast(person: Tmux) -> None:
    open_terminal(person)
    person.type("seq -f 'line %g' 200")
    person.press("Enter")
    person.wait_for(r"^line 200$")
    bar(person, "/")
    person.type("line 77")
    person.press("Enter")
    person.wait_for(r"hit 1 of 1")
    person.wait_for(r"^line 77\b")
    person.press("Escape", "Escape")
    person.wait_for(PROMPT)
    bar(person, "v")
    person.wait_until(lambda screen: len(re.findall(r"user@dm-\w+:~\$", screen)) == 2, "2 shells")
    bar(person, "b")
    person.wait_for(r"typing into all")
    person.type("echo to-$((1 + 1))-all")
    person.press("Enter")
    person.wait_until(lambda screen: screen.count("to-2-all") == 2, "the echo of both")


@pytest.mark.skipif(shutil.which("less") is None, reason="less is not installed")
def test_what_went_by_opens_in_the_pager(person: Tmux) -> None:
    open_terminal(person)
    person.type("seq -f 'line %g' 200")
    person.press("Enter")
    person.wait_for(r"^line 200$")
    bar(person, "c")
    person.wait_for(r"scroll and copy")
    person.press("|")
    person.wait_for(r"^line 2$")
    person.press("G")
    person.wait_for(r"\(END\)")
    person.wait_for(r"^line 200$")
    person.press("q")
    person.wait_for(r"scroll and copy")
    person.press("q")
    person.type("echo still-$((40 + 2))")
    person.press("Enter")
    person.wait_for(r"^still-42$")


def test_straight_into_a_terminal(tmp_path: Path, person: Tmux) -> None:
    machine = re.search(r"▌\s+\S+\.\.(\w+)", person.screen())
    assert machine is not None
    end_of_id = machine.group(1)
    person.press("q")
    person.wait_for(r"\[exit 0\]")
    argv = [PROGRAM, "attach", end_of_id, "--local", "--local-pace", "instant",
            "--state-dir", str(tmp_path)]  # fmt: skip
    with Tmux.start(argv, columns=80, rows=24, env={"LANG": "C.UTF-8"}, cwd=tmp_path) as tmux:
        # The machines of a local cloud sleep when it ends, so a terminal wakes this one.
        tmux.wait_for(r"A terminal wakes it")
        tmux.press("y")
        tmux.wait_for(PROMPT)
        tmux.type("stty size")
        tmux.press("Enter")
        tmux.wait_for(r"^23 80$")
        tmux.press("C-]")
        tmux.wait_for(r"sends \^\]")
        tmux.press("d")
        tmux.wait_for(r"\[exit 0\]")


def test_a_machine_that_is_not_there_is_one_plain_line(tmp_path: Path) -> None:
    argv = [PROGRAM, "attach", "nobody", "--local", "--local-seed", "empty",
            "--state-dir", str(tmp_path)]  # fmt: skip
    with Tmux.start(argv, columns=80, rows=24, cwd=tmp_path) as tmux:
        tmux.wait_for(r"there is no machine nobody")
        tmux.wait_for(r"\[exit 1\]")


def test_record_find_it_in_the_manager_and_play_it(person: Tmux, tmp_path: Path) -> None:
    open_terminal(person)
    bar(person, "R")
    person.wait_for(r"What you type is masked")
    person.press("Enter")
    person.wait_for(r"recording to")
    person.type("echo seen-$((6 * 7))")
    person.press("Enter")
    person.wait_for(r"^seen-42")
    bar(person, "R")
    person.wait_for(r"recorded ")
    (recording,) = tmp_path.glob("*.cast")
    text = recording.read_text("utf-8")
    assert "seen-42" in text
    assert '"i", "e"' not in text
    bar(person, "d")
    person.wait_for(r"NAME +PHASE")
    person.press("T")
    person.wait_for(r"● attached")
    person.press("P")
    person.wait_for(r"Play a recording")
    person.type(recording.name)
    person.press("Enter")
    person.wait_for(r"^seen-42")
    person.press("q")
    person.wait_for(r"● attached")
    person.press("X")
    person.wait_for(r"Close terminal 1\?")
    person.press("y")
    person.wait_for(r"No terminal is open")
