"""Units: exact words at every boundary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.domain.sizing import autosleep_to_seconds
from dedalus_tui.ui.present import units

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "-"),
        (-5, "0s"),
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (86_399, "23h"),
        (86_400, "1d"),
        (364 * 86_400, "364d"),
        (365 * 86_400, "1y"),
    ],
)
def test_age(seconds: float | None, words: str) -> None:
    assert units.age(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "-"),
        (41, "41s"),
        (192, "3m12s"),
        (7_560, "2h06m"),
        (90_000, "1d01h"),
        (40 * 86_400, "40d00h"),
    ],
)
def test_duration(seconds: float | None, words: str) -> None:
    assert units.duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "-"),
        (0, "never"),
        (300, "5m"),
        (90, "1m30s"),
        (5_400, "1h30m"),
        (604_800, "1w"),
        (9_223_372_036, "292y"),
        (788_645, "9d03h"),
    ],
)
def test_autosleep(seconds: int | None, words: str) -> None:
    assert units.autosleep(seconds) == words


@given(st.integers(1, 9_223_372_036))
def test_an_exact_duration_can_be_typed_again(seconds: int) -> None:
    assert autosleep_to_seconds(units.exact_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("mib", "column", "words"),
    [
        (None, "-", "-"),
        (512, "512M", "512 MiB"),
        (1024, "1G", "1 GiB"),
        (1536, "1.5G", "1.5 GiB"),
        (16384, "16G", "16 GiB"),
    ],
)
def test_memory(mib: int | None, column: str, words: str) -> None:
    assert units.memory(mib) == column
    assert units.memory_words(mib) == words


def test_sizes_on_one_line() -> None:
    assert units.size_words(0.5, 4096, 20) == "0.5 vCPU, 4 GiB, 20 GiB disk"
    assert units.size_words(None, None, None) == "- vCPU, -, - disk"
    assert units.storage(2048) == "2T"
    assert units.storage(None) == "-"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, "-"),
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (217_088, "212 KiB"),
        (1_572_864, "1.5 MiB"),
        (1 << 30, "1.0 GiB"),
        (1 << 75, "32768 EiB"),
    ],
)
def test_bytes(count: int | None, words: str) -> None:
    assert units.byte_count(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.008, "8 ms"), (0.9994, "999 ms"), (0.9999, "1.0 s"), (1.34, "1.3 s"), (12.4, "12 s")],
)
def test_latency(seconds: float, words: str) -> None:
    assert units.latency(seconds) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (None, "-"),
        (0.151, ".151"),
        (0.9994, ".999"),
        (0.9996, "1.00"),
        (12.3, "12.30"),
        (123, "123"),
    ],
)
def test_money_fits_its_column(amount: float | None, words: str) -> None:
    assert units.money_column(amount) == words


def test_money_in_sentences() -> None:
    assert units.money(1234.5) == "$1,234.50"
    assert units.money(-0.5) == "-$0.50"
    assert units.money(2, "EUR") == "EUR 2.00"
    assert units.money(None) == "-"


def test_counted() -> None:
    assert units.counted(1, "machine") == "1 machine"
    assert units.counted(2, "machine") == "2 machines"
    assert units.counted(0, "entry", "entries") == "0 entries"


def test_a_moment_of_today_needs_no_date() -> None:
    zone = timezone(timedelta(hours=2))
    assert units.clock_time(NOW, now=NOW, zone=zone) == "14:00:00"
    assert units.clock_time(NOW - timedelta(days=1), now=NOW, zone=UTC) == "2026-11-21 12:00:00"
    assert units.clock_time(NOW.replace(tzinfo=None), now=NOW, zone=UTC) == "12:00:00"
    assert units.clock_time(None, now=NOW) == "-"


@pytest.mark.parametrize(
    ("days_ago", "words"), [(0, "12:00:00"), (1, "11-21 12:00"), (400, "2025-10-18")]
)
def test_a_short_time_fits_a_narrow_column(days_ago: int, words: str) -> None:
    assert units.short_time(NOW - timedelta(days=days_ago), now=NOW, zone=UTC) == words


def test_time_never_runs_backwards() -> None:
    assert units.seconds_since(NOW + timedelta(seconds=5), NOW) == 0
    assert units.seconds_since(NOW - timedelta(seconds=5), NOW) == 5
    assert units.seconds_since(None, NOW) is None
