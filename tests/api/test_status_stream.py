"""The status stream: whole, cut, refused, and with bookmarks (contract 4.5)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.api.client import CloudClient
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.domain.faults import (
    CloudFault,
    InvalidState,
    NotAuthenticated,
    NotFound,
    NotOffered,
    NotUnderstood,
    ServiceBroken,
    TimedOut,
)
from tests.api.clocks import QuickClock
from tests.api.scripted_server import Asked, Reply, ScriptedServer, event_stream

if TYPE_CHECKING:
    from dedalus_tui.api.exchange import Exchange
    from dedalus_tui.api.status_stream import StatusEvent

MACHINE = {
    "machine_id": "dm-1",
    "desired_state": "sleeping",
    "status": {"phase": "stopping", "revision": "8"},
}


def status(id_: str, **fields: object) -> str:
    return f"event: status\nid: {id_}\ndata: {json.dumps(MACHINE | fields)}\n\n"


class Watched:
    """One look at a scripted stream: what came, how it ended, what was asked."""

    def __init__(self) -> None:
        self.events: list[StatusEvent] = []
        self.seen: list[Exchange] = []
        self.asked: list[Asked] = []
        self.fault: CloudFault | None = None
        self.offers: bool | None = None


async def watch(*answers: Reply | bytes, last_event_id: str | None = None) -> Watched:
    left = iter(answers)
    watched = Watched()
    async with ScriptedServer(lambda _: next(left)) as server:
        client = CloudClient(
            base_url=server.base_url,
            credentials=Credentials(api_key="key"),
            observe=watched.seen.append,
            clock=QuickClock(),
        )
        async with client:
            try:
                async for event in client.machines.watch("dm-1", last_event_id=last_event_id):
                    watched.events.append(event)
            except CloudFault as fault:
                watched.fault = fault
            watched.offers = client.abilities.offers("status_stream")
        watched.asked = server.asked
    return watched


async def test_a_clean_end_is_no_fault() -> None:
    text = ": hello\n\n" + status("1") + "event: bookmark\nid: 2\ndata: {}\n\n" + status("3")
    watched = await watch(event_stream(text))
    assert watched.fault is None
    assert [(event.id, event.machine and event.machine.phase) for event in watched.events] == [
        ("1", "stopping"),
        ("2", None),
        ("3", "stopping"),
    ]
    assert watched.offers is True
    assert [exchange.status for exchange in watched.seen] == [200]
    (asked,) = watched.asked
    assert asked.headers["accept"] == "text/event-stream"
    assert "last-event-id" not in asked.headers


async def test_the_flat_shape_and_a_missing_id_are_understood() -> None:
    watched = await watch(event_stream('data: {"phase": "running"}\n\n'))
    (event,) = watched.events
    assert event.id is None
    assert event.machine is not None
    assert (event.machine.machine_id, event.machine.phase) == ("dm-1", "running")


async def test_the_last_id_is_sent_back() -> None:
    watched = await watch(event_stream(""), last_event_id="rv-7")
    assert watched.asked[0].headers["last-event-id"] == "rv-7"
    assert watched.events == []
    assert watched.fault is None


async def test_an_id_that_no_header_can_hold_is_left_out() -> None:
    watched = await watch(event_stream(""), last_event_id="r\u00fcck\r\nx-evil: 1")
    assert "last-event-id" not in watched.asked[0].headers
    assert "x-evil" not in watched.asked[0].headers


async def test_a_cut_stream_is_a_lost_connection_and_keeps_what_came() -> None:
    watched = await watch(event_stream(status("1") + "event: sta", is_whole=False))
    assert [event.id for event in watched.events] == ["1"]
    assert type(watched.fault) is TimedOut
    assert watched.fault.code == "connection_lost"
    assert [exchange.fault_code for exchange in watched.seen] == [None, "connection_lost"]


async def test_an_error_event_is_its_fault() -> None:
    body = json.dumps({"error_code": "INVALID_STATE", "message": "no", "retryable": False})
    watched = await watch(event_stream(f"event: error\ndata: {body}\n\n"))
    assert type(watched.fault) is InvalidState
    watched = await watch(event_stream("event: error\ndata: gone\n\n"))
    assert type(watched.fault) is ServiceBroken


@pytest.mark.parametrize("data", ["{", "[]", "3", ""])
async def test_a_status_that_cannot_be_read_ends_the_stream(data: str) -> None:
    watched = await watch(event_stream(f"event: status\nid: 1\ndata: {data}\n\n"))
    assert type(watched.fault) is NotUnderstood
    assert watched.events == []


async def test_unknown_kinds_of_events_are_only_bookmarks() -> None:
    watched = await watch(event_stream("event: confetti\ndata: x\n\nevent: y\nid: 5\ndata: z\n\n"))
    assert [(event.id, event.machine) for event in watched.events] == [("5", None)]


@pytest.mark.parametrize("code", [405, 406, 501])
async def test_no_such_stream_is_remembered(code: int) -> None:
    watched = await watch(Reply(code, ""))
    assert type(watched.fault) is NotOffered
    assert watched.offers is False


async def test_a_missing_route_is_told_from_a_missing_machine() -> None:
    watched = await watch(Reply(404, {"title": "no"}), Reply(200, MACHINE))
    assert type(watched.fault) is NotOffered
    assert watched.offers is False
    watched = await watch(Reply(404, {"title": "no"}), Reply(404, {"title": "no"}))
    assert type(watched.fault) is NotFound
    assert watched.offers is None


async def test_a_refusal_is_decoded_like_any_other() -> None:
    watched = await watch(Reply(401, {"error_code": "AUTH_INVALID", "message": "no"}))
    assert type(watched.fault) is NotAuthenticated
    assert [exchange.status for exchange in watched.seen] == [401]


async def test_a_page_of_a_proxy_is_not_a_stream() -> None:
    watched = await watch(Reply(200, "<html>", {"content-type": "text/html"}))
    assert type(watched.fault) is NotUnderstood


async def test_silence_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedalus_tui.api.status_stream.IDLE_SECONDS", 0.05)
    open_head = event_stream("", is_whole=False).split(b"\r\n\r\n")[0] + b"\r\n\r\n"
    silent = Reply(200, open_head)
    raw = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 10\r\n\r\n"
    monkeypatch.setattr(Reply, "encoded", lambda _: raw)
    watched = await watch(silent)
    assert type(watched.fault) is TimedOut
    assert watched.fault.code == "timed_out"
