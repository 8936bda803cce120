"""One machine's status stream (contract 4.5): Server-Sent Events → StatusEvent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode_fault import fault_of_answer, fault_of_event
from dedalus_tui.api.sse import EventTooLong, SseDecoder
from dedalus_tui.api.transport import Call, Transport, path_of
from dedalus_tui.domain.faults import CloudFault, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dedalus_tui.api.decode import Decoder
    from dedalus_tui.api.sse import ServerSentEvent
    from dedalus_tui.api.wire import StreamedAnswer
    from dedalus_tui.domain.machine import Machine

IDLE_SECONDS = 120.0
"""Silence after which a stream counts as dead; the service's heartbeat is undocumented."""


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """One sighting, or a bookmark when `machine` is None."""

    id: str | None
    """To be sent as Last-Event-ID when the stream is opened again."""
    machine: Machine | None


async def watch(
    transport: Transport, decoder: Decoder[Machine], machine_id: str, last_event_id: str | None
) -> AsyncIterator[StatusEvent]:
    """Events until the service closes the stream, which it does when the machine has settled.

    A clean end is success. Raises NotOffered where there are no streams, any other CloudFault
    when the stream breaks, reports an error, or cannot be read.
    """
    call = Call(
        method="GET",
        path=path_of("machines", machine_id, "status", "stream"),
        machine_id=machine_id,
        ability=Ability.STATUS_STREAM,
    )
    transport.abilities.require(Ability.STATUS_STREAM)
    headers = {"accept": "text/event-stream", "cache-control": "no-store"}
    if last_event_id and last_event_id.isascii() and last_event_id.isprintable():
        headers["last-event-id"] = last_event_id
    began = transport.clock.monotonic()
    try:
        async with transport.wire.stream(
            call.method,
            transport.url_of(call),
            headers=headers,
            idle_seconds=IDLE_SECONDS,
            request=call.request,
        ) as answer:
            await _check(transport, call, answer, began)
            async for event in _events(answer, call):
                sighting = _understand(event, decoder, machine_id, call)
                if sighting is not None:
                    yield sighting
    except CloudFault as fault:
        settled = await transport.settle_fault(call, fault)
        if fault.status is None:
            transport.report(call, 1, began, fault)
        raise settled from None


async def _check(transport: Transport, call: Call, answer: StreamedAnswer, began: float) -> None:
    """Raise what the answer means unless it is an event stream; tell the observer once."""
    if answer.status == 200 and "text/event-stream" in answer.headers.get("content-type", ""):
        transport.report(call, 1, began, answer)
        transport.abilities.note_offered(Ability.STATUS_STREAM)
        return
    whole = await answer.read()
    if 200 <= whole.status < 300:
        fault: CloudFault = NotUnderstood(
            "the answer is not an event stream", status=whole.status, request=call.request
        )
    else:
        fault = fault_of_answer(
            whole.status, whole.headers, whole.body, request=call.request, now=transport.clock.now()
        )
    transport.report(call, 1, began, fault)
    raise fault


async def _events(answer: StreamedAnswer, call: Call) -> AsyncIterator[ServerSentEvent]:
    sse = SseDecoder()
    async for chunk in answer.chunks():
        try:
            events = list(sse.feed(chunk))
        except EventTooLong:
            raise NotUnderstood("an event is too long", request=call.request) from None
        for event in events:
            yield event


def _understand(
    event: ServerSentEvent, decoder: Decoder[Machine], machine_id: str, call: Call
) -> StatusEvent | None:
    """The sighting or bookmark in an event; None for events of kinds we do not know."""
    known = {"machine_id": machine_id}
    if event.name == "error":
        raise fault_of_event(event.data, request=call.request)
    if event.name == "status" or (event.name == "" and event.data):
        machine = decoder.one(event.data.encode(), request=call.request, known=known)
        return StatusEvent(event.id or None, machine)
    if event.id:
        return StatusEvent(event.id, None)
    return None
