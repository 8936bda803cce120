"""The command line as a shell sees it: what it prints, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dedalus_tui import __version__
from dedalus_tui.cli import main
from tests.benchmarks.pty_harness import Screen

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = [sys.executable, "-m", "dedalus_tui"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Without a terminal."""
    return subprocess.run(
        [*PROGRAM, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def test_the_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"dedalus-tui {__version__}\n", "")
    assert run("--ascii", "--version").stdout == done.stdout


def test_help_names_every_flag_and_the_exit_codes() -> None:
    done = run("--help")
    assert done.returncode == 0
    for word in ("--local", "--profile", "--base-url", "--read-only", "DEDALUS_API_KEY", "15"):
        assert word in done.stdout


@pytest.mark.parametrize(
    "words",
    [("--nonsense",), ("--local-pace", "slow"), ("--local", "--profile", "p"), ("--profile",)],
)
def test_a_wrong_word_is_usage(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("dedalus-tui: ")


def test_without_a_terminal_it_says_so_in_one_line() -> None:
    done = run()
    assert done.returncode == 2
    assert done.stderr == "dedalus-tui: this is a program for a terminal, and there is none\n"


@pytest.mark.parametrize(
    ("settings", "words", "said"),
    [
        ("refresh_seconds = 0", (), "refresh_seconds"),
        ("= =", (), "not TOML"),
        ("", ("--base-url", "nowhere"), "command line: --base-url"),
        ("", ("--profile", "nope"), "no such profile"),
    ],
)
def test_wrong_settings_end_it_before_the_first_paint_with_one_line(
    tmp_path: Path, settings: str, words: tuple[str, ...], said: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(settings)
    argv = [*PROGRAM, "--config", str(file), "--state-dir", str(tmp_path / "state"), *words]
    with Screen(argv, columns=400) as screen:
        assert screen.wait_exit(timeout=30) == 2
        text = bytes(screen.output).decode()
    assert text.count("\n") == 1
    assert text.startswith("dedalus-tui: ")
    assert said in text
    assert "\x1b" not in text
    assert not (tmp_path / "state").exists()


def test_a_settings_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with Screen([*PROGRAM, "--config", str(tmp_path / "none.toml")], columns=400) as screen:
        assert screen.wait_exit(timeout=30) == 2
        assert "does not exist" in screen.text


def test_whatever_else_goes_wrong_is_one_line_and_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(_: object) -> None:
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("dedalus_tui.wiring.run", explode)
    assert main([]) == 1
    assert capsys.readouterr().err == ("dedalus-tui: unexpected ZeroDivisionError: two lines\n")


def test_an_interrupt_ends_as_shells_expect(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dedalus_tui.wiring.run", interrupt)
    assert main([]) == 130


def test_the_environment_of_these_tests_has_no_settings() -> None:
    assert not [name for name in os.environ if name.startswith("DEDALUS_")]
