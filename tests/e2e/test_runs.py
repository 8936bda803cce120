"""A person runs a command, follows it, finds something in it, and saves it; all from the keys."""

from __future__ import annotations

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
    """Somebody on the local cloud, the cursor on a running machine."""
    argv = [PROGRAM, "--local", "--local-pace", "quick", "--state-dir", str(tmp_path / "state")]
    env = {"DEDALUS_TUI_CONFIG": str(tmp_path / "none.toml"), "LANG": "C.UTF-8", "PAGER": "cat"}
    with Tmux.start(argv, columns=100, rows=30, env=env, cwd=tmp_path) as tmux:
        tmux.wait_for(r"9 machines +● live")
        tmux.wait_for(r"▌ .*failed")
        tmux.press("j")
        tmux.wait_for(r"▌ +dm-\S+ +● running")
        yield tmux


def test_run_follow_search_and_save(person: Tmux, tmp_path: Path) -> None:
    person.press("x")
    person.wait_for(r"Run on dm-")
    script = "for i in $(seq 200); do echo line $i; done; echo ERROR found >&2; sleep 1; exit 3"
    person.type(f"sh -c '{script}'")
    person.wait_for(r"exit 3'")
    person.press("C-j")
    person.wait_for(r"FOLLOWING")
    person.wait_for(r"✗ exit 3")
    person.wait_for(r"^ END ")

    person.press("e")
    person.wait_for(r"^E ERROR found")
    person.press("/")
    person.type("line 17")
    person.wait_for(r"/ line 17 .*of 11")
    person.press("Enter")
    person.press("n")
    person.wait_for(r"/ line 17 \d+ of 11")

    person.press("C-s")
    person.wait_for(r"Save the output")
    person.press("C-u")
    person.wait_gone(r"wexec-\S+\.log")
    person.type("saved.log")
    person.wait_for(r"saved\.log")
    person.press("C-j")
    person.wait_for(r"saved 201 lines")
    saved = (tmp_path / "saved.log").read_text()
    assert sorted(saved.splitlines()) == sorted(
        [f"line {number}" for number in range(1, 201)] + ["ERROR found"]
    )

    person.press("Escape")
    person.wait_gone(r"/ line 17")
    person.press("Escape")
    person.wait_for(r"9 machines")
    person.press("l")
    person.wait_for(r"✗ exit 3")


def test_the_text_goes_to_a_pager_and_comes_back(person: Tmux) -> None:
    person.press("x")
    person.wait_for(r"Run on dm-")
    person.type("seq 5")
    person.wait_for(r"Command +seq 5")
    person.press("C-j")
    person.wait_for(r"✓ exit 0")
    person.press("|")
    person.wait_for(r"Pipe the text")
    person.press("C-u")
    person.wait_gone(r"Command +cat")
    person.type("echo $(wc -l) came; read done < /dev/tty")
    person.wait_for(r"/dev/tty")
    person.press("C-j")
    person.wait_for(r"^5 came$")  # which nothing but the command can have written
    person.press("Enter")
    person.wait_for(r"✓ exit 0")
