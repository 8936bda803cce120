"""Recordings: what asciinema's format says, nothing typed unless asked, readable after a crash."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.store.terminal_recording import (
    Event,
    Header,
    Recording,
    RecordingError,
    read_recording,
)

if TYPE_CHECKING:
    from pathlib import Path

STARTED = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def recording(path: Path, *, keeps_input: bool = False) -> Recording:
    return Recording(
        path,
        columns=80,
        rows=24,
        title="dm-1",
        started_at=STARTED,
        monotonic=100.0,
        keeps_input=keeps_input,
    )


def test_the_file_is_as_asciicast_3_says(tmp_path: Path) -> None:
    path = tmp_path / "a.cast"
    made = recording(path)
    made.output(b"\x1b[31mr\xc3", 100.5)
    made.output(b"\xa9d", 101.0)
    made.resized(100, 30, 103.0)
    made.mark("here", 103.25)
    made.close()
    header, *events = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert header == {
        "version": 3,
        "term": {"cols": 80, "rows": 24, "type": "xterm-256color"},
        "timestamp": int(STARTED.timestamp()),
        "title": "dm-1",
    }
    assert events == [
        [0.5, "o", "\x1b[31mr"],
        [0.5, "o", "\xe9d"],
        [2.0, "r", "100x30"],
        [0.25, "m", "here"],
    ]
    assert path.stat().st_mode & 0o077 == 0


def test_what_was_typed_is_masked_unless_asked(tmp_path: Path) -> None:
    for keeps_input, expected in ((False, ["*", "\r", "*"]), (True, ["hunter2", "\r", "\x1b[A"])):
        path = tmp_path / f"{keeps_input}.cast"
        made = recording(path, keeps_input=keeps_input)
        for data in (b"hunter2", b"\r", b"\x1b[A"):
            made.input(data, 101.0)
        made.close()
        _, events = read_recording(path)
        assert [event.data for event in events] == expected
        assert ("hunter2" in path.read_text("utf-8")) is keeps_input


def test_a_long_recording_does_not_drift(tmp_path: Path) -> None:
    path = tmp_path / "a.cast"
    made = recording(path)
    for step in range(1, 3001):
        made.output(b".", 100.0 + step / 3 * 1e-3)
    made.close()
    _, events = read_recording(path)
    *_, last = events
    assert last.at == pytest.approx(1.0, abs=2e-6)


def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    recording(tmp_path / "a.cast").close()
    with pytest.raises(FileExistsError):
        recording(tmp_path / "a.cast")


def test_read_back_what_was_written_even_when_the_last_line_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.cast"
    made = recording(path)
    made.output(b"one", 101.0)
    made.output(b"two", 102.5)
    made.close()
    path.write_text(path.read_text("utf-8") + '# a comment\n[1.0, "o", "thr', "utf-8")
    header, events = read_recording(path)
    assert header == Header(80, 24, "dm-1")
    assert list(events) == [Event(1.0, "o", "one"), Event(2.5, "o", "two")]


def test_version_2_counts_from_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "a.cast"
    path.write_text(
        '{"version": 2, "width": 100, "height": 30}\n[0.5, "o", "a"]\n[0.75, "o", "b"]\n', "utf-8"
    )
    header, events = read_recording(path)
    assert (header.columns, header.rows) == (100, 30)
    assert [event.at for event in events] == [0.5, 0.75]


@pytest.mark.parametrize(
    "text", ["", "hello\n", "[]\n", '{"version": 1}\n', '{"version": 3, "term": {"cols": 0}}\n']
)
def test_what_is_no_recording_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.cast"
    path.write_text(text, "utf-8")
    with pytest.raises(RecordingError):
        read_recording(path)
