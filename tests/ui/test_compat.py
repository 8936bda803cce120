"""The workarounds of Textual: each test fails when Textual stops needing or allowing it."""

from __future__ import annotations

import inspect
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
from textual import events, messages
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.notifications import Notification

from dedalus_tui.ui.compat import LosslessParser, RawKey, TellsNoLocals, install, suspended

if TYPE_CHECKING:
    from textual.message import Message


def read(data: str, parser: XTermParser | None = None) -> list[Message]:
    """What the parser makes of these characters when nothing follows them."""
    parser = parser or LosslessParser()
    return [*parser.feed(data), *parser.feed("")]


def keys(data: str) -> list[tuple[str, str | None, str]]:
    found = []
    for message in read(data):
        assert isinstance(message, RawKey), message
        found.append((message.key, message.character, message.raw))
    return found


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ("\x1bx", "alt+x"),
        ("\x1bX", "alt+shift+x"),
        ("\x1bB", "alt+shift+b"),
        ("\x1b.", "alt+full_stop"),
        ("\x1b\r", "alt+enter"),
        ("\x1b\x7f", "alt+backspace"),
        ("\x1b\x01", "alt+ctrl+a"),
        ("\x1b1", "alt+1"),
        ("\x1bé", "alt+é"),
    ],
)
def test_alt_keys_keep_alt_and_their_bytes(data: str, key: str) -> None:
    parser = LosslessParser()
    found = list(parser.feed(data))
    if data != "\x1bX":  # X also begins a longer sequence, so it must wait
        assert [type(message) for message in found] == [RawKey], "known without a pause"
    assert keys(data)[0][0] == key
    assert keys(data)[0][2] == data


@pytest.mark.parametrize(
    ("data", "key", "character"),
    [
        ("a", "a", "a"),
        ("\x1b[A", "up", None),
        ("\x1bOP", "f1", None),
        ("\x1b[3~", "delete", None),
        ("\r", "enter", "\r"),
        ("\x03", "ctrl+c", "\x03"),
        ("\x1b[32u", "space", " "),
        ("é", "é", "é"),
    ],
)
def test_other_keys_are_as_before_and_carry_their_bytes(
    data: str, key: str, character: str | None
) -> None:
    assert keys(data) == [(key, character, data)]


def test_a_lone_escape_is_escape_once_nothing_follows() -> None:
    parser = LosslessParser()
    assert list(parser.feed("\x1b")) == []
    assert [m.key for m in parser.feed("") if isinstance(m, events.Key)] == ["escape"]


@pytest.mark.parametrize("data", ["\x1b[27;5;999z", "\x1b[?62;c", "\x1b[>0;276;0c", "\x1b[?1;2S"])
def test_unknown_sequences_are_dropped_and_never_typed(data: str) -> None:
    found = [m for m in read(data + "a") if isinstance(m, events.Key)]
    assert [m.key for m in found] == ["a"]


def test_reports_still_reach_textual() -> None:
    assert isinstance(read("\x1b[<0;3;4M")[0], events.MouseDown)
    assert isinstance(read("\x1b[<0;3;4m")[0], events.MouseUp)
    assert isinstance(read("\x1b[<64;3;4M")[0], events.MouseScrollUp)
    assert isinstance(read("\x1b[?2026;2$y")[0], messages.TerminalSupportsSynchronizedOutput)
    assert isinstance(read("\x1b[I")[0], events.AppFocus)
    paste = read("\x1b[200~two\nlines\x1b[201~")
    assert [m.text for m in paste if isinstance(m, events.Paste)] == ["two\nlines"]


def test_textual_still_needs_the_parser() -> None:
    """When Textual itself keeps Alt, the workaround can go."""
    found = read("\x1b.", XTermParser())
    assert [m.key for m in found if isinstance(m, events.Key)] != ["alt+full_stop"]
    assert version("textual").startswith("8.")


async def test_a_raw_key_is_dispatched_like_any_key() -> None:
    heard: list[str] = []

    class Listener(App[None]):
        def on_key(self, event: events.Key) -> None:
            assert isinstance(event, RawKey)
            heard.append(event.raw)

    app = Listener()
    async with app.run_test() as pilot:
        app.post_message(RawKey("alt+x", None, "\x1bx"))
        await pilot.pause()
    assert heard == ["\x1bx"]


async def test_suspending_without_a_terminal_is_refused_by_name() -> None:
    from textual.app import SuspendNotSupported

    app: App[None] = App()
    async with app.run_test():
        with pytest.raises(SuspendNotSupported), suspended(app):
            pass


async def test_a_notice_that_has_ended_turns_no_timer_for_ever() -> None:
    """Textual's timer of a time before now leaves the loop of the whole app no turn."""
    install()
    ended = Notification("gone", timeout=-1.0)
    assert ended.has_expired
    assert ended.time_left > 0
    assert Notification("here", timeout=60.0).time_left > 50


class Failing(TellsNoLocals, App[None]):
    """Has a bug where a key is at hand."""

    def on_mount(self) -> None:
        api_key = "dsk-live-" + "secret"
        raise RuntimeError(f"a bug near {len(api_key)} letters")


async def test_a_bug_ends_the_app_with_a_traceback_and_no_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(RuntimeError):
        async with Failing().run_test():
            pass
    told = capsys.readouterr().err
    assert "a bug near 15 letters" in told
    assert "test_compat.py" in told
    assert "dsk-live-secret" not in told


async def test_work_cancelled_before_it_began_is_no_warning() -> None:
    begun = []

    async def work() -> None:
        begun.append(work)

    async with App[None]().run_test() as pilot:
        coroutine = work()
        pilot.app.run_worker(coroutine).cancel()
        await pilot.pause()
        assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CLOSED
        assert begun == []
