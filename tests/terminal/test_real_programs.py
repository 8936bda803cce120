"""Real programs in real pseudo-terminals: our screen is the one tmux makes of the same bytes."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.terminal.programs import Program, tmux_screen

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION = """
from textual.app import App
from textual.widgets import DataTable, Footer, Header, Input
class Application(App):
    def compose(self):
        yield Header()
        yield Input("hello 漢字")
        yield DataTable()
        yield Footer()
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("a", "b")
        for number in range(50):
            table.add_row(f"row {number}", "👍 x")
Application().run()
"""

Steps = list[tuple[bytes, str]]

PROGRAMS: dict[str, tuple[list[str], Steps]] = {
    "vim": (
        ["vim", "-u", "NONE", "-N", "text"],
        [
            (b"", "line 0"),
            (b"Gihello\x1b50Gdd\x04\x04", "line 65"),
            (b":split\r:set nu\r\x17j10G", "line 12"),
            (b"\x17kzt/line 200\r", "line 200"),
        ],
    ),
    "less": (
        ["less", "text"],
        [(b"", "line 0"), (b"  b", "line 24"), (b"/line 77\r", "line 77"), (b"kkk", "line 76")],
    ),
    "nano": (
        ["nano", "text"],
        [(b"", "line 0"), (b"hello\r\x1b[6~\x1b[6~", "line 40"), (b"\x0b\x15", "line 40")],
    ),
    "mc": (["mc", "-d", "/usr"], [(b"", "Help"), (b"\t\x1b[B\x1b[B", "Help"), (b"\x1b9", "File")]),
    "htop": (["htop", "-d", "100"], [(b"", "F10"), (b"\x1b[B\x1b[B", "F10")]),
    "dialog": (["dialog", "--yesno", "Sure?", "10", "40"], [(b"", "Sure?"), (b"\t", "< No  >")]),
    "bash": (
        ["bash", "--norc", "--noprofile"],
        [
            (b"PS1='> '\r", "> "),
            (b"ls --color=always -la /usr\r", "share"),
            (b"echo " + b"y" * 100 + b"\r", "y" * 20),
            (b"\x1b[A\x1b[D\x1b[DZ\x7f\x0c", "> "),
        ],
    ),
    "textual": (
        [sys.executable, "-c", APPLICATION],
        [(b"", "row 5"), (b"abc", "abc"), (b"\t\x1b[B\x1b[B", "row 6")],
    ),
}


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize("name", PROGRAMS)
def test_our_screen_is_tmuxs(name: str, tmp_path: Path) -> None:
    arguments, steps = PROGRAMS[name]
    if shutil.which(arguments[0]) is None:
        pytest.skip(f"{name} is not installed")
    (tmp_path / "text").write_text(
        "".join(f"line {number} 漢字 é 👍 {'x' * (number % 60)}\n" for number in range(300))
    )
    with Program(arguments, tmp_path) as program:
        for keys, expected in steps:
            program.press(keys)
            program.wait_for(expected)
        recording = bytes(program.recording)
        ours = [line.rstrip() for line in program.emulator.screen.display]
    assert tmux_screen(recording, tmp_path, lambda lines: lines == ours) == ours
