"""A client of terminals for tests: what the contract says, on a plain blocking socket."""

from __future__ import annotations

import base64
import json
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.local import wishes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from tests.local.harness import RunningCloud


def post(cloud: RunningCloud, machine_id: str, **fields: Any) -> dict[str, Any]:
    """Create a terminal of 80 by 24; the answered document."""
    body = {"width": 80, "height": 24, **fields}
    path = f"/v1/machines/{machine_id}/terminals"
    status, _, document = cloud.ask("POST", path, body, headers=wishes.key())
    assert status == 200, document
    return dict(document)


def url(terminal: dict[str, Any]) -> str:
    """The path of a terminal."""
    return f"/v1/machines/{terminal['machine_id']}/terminals/{terminal['terminal_id']}"


@contextmanager
def open_socket(
    cloud: RunningCloud, terminal: dict[str, Any], **headers: str
) -> Iterator[ClientConnection]:
    """The WebSocket of a terminal, with the key unless `headers` say otherwise."""
    with connect(
        terminal["stream_url"],
        additional_headers={"Authorization": f"Bearer {cloud.api_key}", **headers},
        compression=None,
        max_size=None,
        close_timeout=5,
    ) as connection:
        yield connection


class Shell:
    """An attached terminal."""

    def __init__(self, cloud: RunningCloud, terminal: dict[str, Any]) -> None:
        self._opened = ExitStack()
        self.socket = self._opened.enter_context(open_socket(cloud, terminal))
        self.output = bytearray()
        self.start: int | None = None
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def send(self, event: dict[str, Any]) -> None:
        """Send any event."""
        self.socket.send(json.dumps(event))

    def type(self, text: str | bytes) -> None:
        """Type."""
        data = text if isinstance(text, bytes) else text.encode()
        self.send({"type": "input", "data": base64.b64encode(data).decode()})

    def receive(self, timeout: float = 20) -> dict[str, Any]:
        """The next event; output is gathered in `output`, contiguous by its offsets."""
        event: dict[str, Any] = json.loads(self.socket.recv(timeout))
        if event["type"] == "output":
            if self.start is None:
                self.start = event["offset"]
            assert event["offset"] == self.start + len(self.output)
            self.output += base64.b64decode(event["data"])
        else:
            self.events.append(event)
        return event

    def until(self, wanted: bytes, timeout: float = 20) -> bytes:
        """Receive until the output holds `wanted`; all output so far."""
        deadline = time.monotonic() + timeout
        seen = 0
        # Sockets hold megabytes of a flood on a busy machine: none is looked through twice.
        while self.output.find(wanted, seen) < 0:
            seen = max(0, len(self.output) - len(wanted) + 1)
            left = deadline - time.monotonic()
            assert left > 0, self.output[-2000:]
            self.receive(left)
        return bytes(self.output)

    def until_cut(self, wanted: bytes | None = None) -> int | None:
        """Receive until the connection ends, or the output holds `wanted`; the close code."""
        try:
            while wanted is None or wanted not in self.output:
                self.receive()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else None
        except ValueError:
            # A frame that was cut before the connection was.
            return self.until_cut(wanted)
        return 1000

    def until_closed(self) -> dict[str, Any]:
        """Receive until the terminal says it is closed."""
        while True:
            event = self.receive()
            if event["type"] == "closed":
                return event
