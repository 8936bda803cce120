"""Playing recordings: what is on the screen at which time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dedalus_tui.store.terminal_playback import MOST_BYTES_A_STEP, Playback
from dedalus_tui.store.terminal_recording import Recording

if TYPE_CHECKING:
    from pathlib import Path


def recorded(path: Path) -> Path:
    made = Recording(
        path, columns=20, rows=4, title="t", started_at=datetime(2026, 1, 1, tzinfo=UTC),
        monotonic=0.0,
    )  # fmt: skip
    made.output(b"one\r\n", 1.0)
    made.input(b"x", 1.5)
    made.output(b"two\r\n", 2.0)
    made.resized(30, 5, 3.0)
    made.output(b"three\x1b[6n", 4.0)
    made.close()
    return path


def shown(playback: Playback) -> str:
    return "\n".join(playback.emulator.screen.display).strip()


def test_time_shows_what_was_written_until_then(tmp_path: Path) -> None:
    playback = Playback(recorded(tmp_path / "a.cast"))
    assert (playback.length, shown(playback)) == (4.0, "")
    playback.advance(1.0)
    assert shown(playback) == "one"
    playback.change_speed(1)
    playback.advance(0.5)
    assert (playback.position, playback.speed) == (2.0, 2.0)
    playback.advance(10)
    assert playback.is_over
    assert (playback.emulator.columns, playback.emulator.rows) == (30, 5)
    assert playback.emulator.take_replies() == b""


def test_a_pause_stands_still_and_seeking_goes_both_ways(tmp_path: Path) -> None:
    playback = Playback(recorded(tmp_path / "a.cast"))
    playback.is_paused = True
    playback.advance(9)
    assert playback.position == 0
    playback.seek(99)
    assert "three" in shown(playback)
    playback.seek(1.9)
    assert shown(playback) == "one"
    assert playback.emulator.columns == 20


def test_a_flood_is_shown_in_steps(tmp_path: Path) -> None:
    path = tmp_path / "a.cast"
    made = Recording(
        path, columns=80, rows=4, title="", started_at=datetime(2026, 1, 1, tzinfo=UTC),
        monotonic=0.0,
    )  # fmt: skip
    for _ in range(10):
        made.output(b"x" * (MOST_BYTES_A_STEP // 4), 1.0)
    made.output(b"END", 1.0)
    made.close()
    playback = Playback(path)
    playback.advance(1)
    assert "END" not in shown(playback)
    playback.seek(1)
    assert "END" in shown(playback)
