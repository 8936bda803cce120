"""GET …/terminals/{terminal_id}/stream: the WebSocket of a terminal (contract section 9).

Beyond the contract each `output` frame carries `offset`: the number of bytes the terminal wrote
before this frame's first byte. On attach recent output is replayed (see `replay`); who comes back
after a lost connection skips what it has by the offset, and sees a gap as a gap. Others may ignore
the field.

A terminal that ends sends `closed` (after an `error` that says why, if not by itself) and closes
with 1000. Frames that cannot be understood are answered with an `error` and otherwise ignored;
one above a mebibyte ends the connection (1009).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response
from starlette.websockets import WebSocketDisconnect

from dedalus_tui.local.refusals import RefusedError
from dedalus_tui.local.routes.terminals import LARGEST_SIDE

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from dedalus_tui.local.shell_session import Attachment, ShellSession
    from dedalus_tui.local.world import World

_SEND_BUFFER: Final = 16 * 1024
"""Little is under way in the kernel, so that Ctrl-C is soon seen to work in a flood."""


async def connect_terminal(websocket: WebSocket) -> None:
    """Attach to the shell, or refuse the upgrade with the documented status."""
    world: World = websocket.app.state.world
    machine_id = websocket.path_params["machine_id"]
    terminal_id = websocket.path_params["terminal_id"]
    try:
        session = world.terminals.session(machine_id, terminal_id)
    except RefusedError as refusal:
        body, media_type = refusal.encoded(), refusal.content_type
        await websocket.send_denial_response(Response(body, refusal.status, media_type=media_type))
        return
    _bound_send_buffer(websocket)
    await websocket.accept()
    end_use = world.activity.begin(machine_id)
    attachment = session.attach()
    receiving = asyncio.create_task(_receive(websocket, world, session), name="terminal-input")
    sending = asyncio.create_task(_send(websocket, attachment), name="terminal-output")
    try:
        await asyncio.wait({receiving, sending}, return_when=asyncio.FIRST_COMPLETED)
        if sending.done() and not sending.cancelled() and sending.exception() is None:
            await _say_closed(websocket, world, machine_id, terminal_id)
    finally:
        session.detach(attachment)
        end_use()
        for task in (receiving, sending):
            task.cancel()
        await asyncio.gather(receiving, sending, return_exceptions=True)


async def _send(websocket: WebSocket, attachment: Attachment) -> None:
    """Output as the client takes it, to the end of the session."""
    while (piece := await attachment.next()) is not None:
        offset, data = piece
        encoded = base64.b64encode(data).decode()
        await websocket.send_text(f'{{"type":"output","data":"{encoded}","offset":{offset}}}')


async def _receive(websocket: WebSocket, world: World, session: ShellSession) -> None:
    """Input and sizes, until the client leaves."""
    while True:
        try:
            message = await websocket.receive()
        except WebSocketDisconnect:
            return
        if message["type"] == "websocket.disconnect":
            return
        complaint = await _obey(message.get("text"), websocket, world, session)
        if complaint is not None:
            error = {"type": "error", "error_code": "invalid_event", "error_message": complaint}
            await websocket.send_text(json.dumps(error))


async def _obey(
    text: str | None, websocket: WebSocket, world: World, session: ShellSession
) -> str | None:
    """Carry out one client event; what is wrong with it, if anything."""
    try:
        event: Any = json.loads(text or "")
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return "a frame must be text with one JSON object"
    machine_id = websocket.path_params["machine_id"]
    match event:
        case {"type": "input", "data": str(encoded)}:
            try:
                data = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                return "data must be standard base64"
            await session.write(data)
            return None
        case {"type": "resize", "width": int(width), "height": int(height)} if (
            0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE
        ):
            with suppress(RefusedError):
                terminal_id = websocket.path_params["terminal_id"]
                world.terminals.resize(machine_id, terminal_id, width, height)
            return None
    return "type must be input with data, or resize with width and height"


async def _say_closed(
    websocket: WebSocket, world: World, machine_id: str, terminal_id: str
) -> None:
    """The last frames: why, if there is a reason, and that it is over."""
    with suppress(WebSocketDisconnect, RuntimeError, OSError):
        with suppress(RefusedError):
            terminal = world.terminals.get(machine_id, terminal_id)
            if terminal.error_code is not None:
                error = {
                    "type": "error",
                    "error_code": terminal.error_code,
                    "error_message": terminal.error_message,
                }
                await websocket.send_text(json.dumps(error))
        await websocket.send_text('{"type":"closed"}')
        await websocket.close(1000)


def _bound_send_buffer(websocket: WebSocket) -> None:
    connection = websocket.scope["state"]["connection"].get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
