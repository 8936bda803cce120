"""A newcomer with the installed program and --local: list, sleep, wake, create, destroy, ssh."""

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


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Tmux]:
    """Somebody who just started it for the first time, at 100x30."""
    argv = [PROGRAM, "--local", "--local-pace", "quick", "--state-dir", str(tmp_path)]
    env = {"DEDALUS_TUI_CONFIG": str(tmp_path / "none.toml"), "LANG": "C.UTF-8"}
    with Tmux.start(argv, columns=100, rows=30, env=env, cwd=tmp_path) as tmux:
        tmux.wait_for(r"9 machines +● live")
        tmux.wait_for(r"▌ .*failed")
        yield tmux


def on_running(person: Tmux) -> str:
    """Put the cursor on a running machine; its short id."""
    person.press("j")
    screen = person.wait_for(r"▌ +dm-\S+ +● running")
    found = re.search(r"▌ +(dm-\S+) +● running", screen)
    assert found is not None
    return found.group(1)


def row(short: str, state: str) -> str:
    return rf"{re.escape(short)} +\S* ?{state}"


def test_sleep_wake_create_and_destroy_from_the_keyboard(person: Tmux) -> None:
    short = on_running(person)
    person.press("s")
    # The demo's agents run something now and then; then the key asks before it ends that.
    if "Sleep anyway" in person.wait_for(rf"{row(short, 'sleeping')}|Sleep anyway"):
        person.press("y")
    person.wait_for(row(short, "sleeping"))
    person.press("w")
    person.wait_for(row(short, "running"))

    person.press("n")
    person.wait_for(r"vCPU")
    person.press("C-j")
    person.wait_for(r"10 machines")
    # Under the cursor, seconds old, and done with starting: the dialog would notice a change.
    person.wait_for(r"^▌ +dm-\S+ +● running .* \d+s *$")

    person.press("D")
    screen = person.wait_for(r"Type +destroy")
    asked = re.search(r"Destroy (dm-\S+)", screen)
    assert asked is not None, screen
    person.type("destroy")
    person.press("Enter")
    # The grace passes, then it is gone from the list.
    person.wait_gone(rf"^▌? +{re.escape(asked.group(1))} ")
    person.wait_for(r"9 machines")


def test_help_and_quitting_leave_a_clean_terminal(person: Tmux) -> None:
    person.press("?")
    person.wait_for(r"search: words")
    person.press("Escape")
    person.wait_gone(r"search: words")
    person.press("q")
    person.wait_for(r"\[exit 0\]")


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no OpenSSH client")
def test_ssh_and_back_to_the_same_screen(person: Tmux, tmp_path: Path) -> None:
    on_running(person)
    person.press("S")
    person.wait_for(r"user@dm-\w+:~\$ ?$")
    person.type("echo $((6 * 7)); exit 5")
    person.press("Enter")
    person.wait_for(r"ended with exit 5")
    person.wait_for(r"9 machines")
    person.wait_until(lambda _: list((tmp_path / "ssh").iterdir()) == [], "no key left")
    # The same in a tab, without leaving the screen.
    person.press("C-t")
    person.wait_for(r"user@dm-\w+:~\$ ?$")
    assert len(list((tmp_path / "ssh").iterdir())) == 1
    person.type("stty size; exit 5")
    person.press("Enter")
    person.wait_for(r"ssh ended: exit 5")
    person.wait_for(r"^29 100")
    person.press("x")
    person.wait_for(r"9 machines")
    person.wait_until(lambda _: list((tmp_path / "ssh").iterdir()) == [], "no key left")


def test_an_artifact_comes_to_this_computer(person: Tmux, tmp_path: Path) -> None:
    on_running(person)
    person.press("x")
    person.wait_for(r"Command")
    person.type("sh -c 'echo hello > $DEDALUS_ARTIFACTS_DIR/out.txt'")
    person.wait_for(r"out\.txt")
    person.press("C-j")
    person.wait_for(r"exit 0 .*artifacts 1")
    person.press("Escape")
    person.wait_for(r"9 machines")
    person.press("Enter")
    person.wait_for(r"Overview")
    place = re.search(r"(\d) Files", person.wait_for(r"\d Files"))
    assert place is not None
    person.press(place.group(1))
    person.wait_for(r"out\.txt +6 B")
    person.press("Enter")
    person.wait_for(r"Directory")
    person.press("C-u")
    person.wait_for(r"Directory +│")
    person.type(str(tmp_path / "in"))
    person.wait_for(r"Directory .*/in +│")
    person.press("Enter")
    person.wait_for(r"saved and verified")
    assert (tmp_path / "in" / "out.txt").read_text() == "hello\n"
