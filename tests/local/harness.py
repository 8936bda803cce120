"""A local cloud inside the test process, for every room's tests.

    running = await serve(tmp_path)          # or the fixture-less sync twin: start(tmp_path)
    ... running.base_url, running.api_key ...
    await running.fault(path="/v1/machines$", status=503, times=1)
    await running.stop()

The server runs in a thread with a loop of its own, so neither a test that blocks its loop nor one
that closes it disturbs the server. Starting takes about 20 ms; `async with` stops it too.
"""

from __future__ import annotations

import asyncio
import json
import threading
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, Literal, Self

from dedalus_tui.local.identifiers import new_api_key
from dedalus_tui.local.server import LocalServer
from dedalus_tui.local.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from dedalus_tui.local.lifecycle import Pace
    from dedalus_tui.local.world import Generation, Seed

    OnAnswer = Callable[[str, str, int, dict[str, str], Any], None]


class CloudControl:
    """What tests ask of a local cloud and inject into it, wherever that cloud runs."""

    api_key: str
    base_url: str

    # Plain requests

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], Any]:
        """One request with the key; blocks. → status, headers (lower case), JSON or text."""
        host = self.base_url.removeprefix("http://")
        connection = HTTPConnection(host, timeout=30)
        sent = {"Authorization": f"Bearer {self.api_key}", **(headers or {})}
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        received = {name.lower(): value for name, value in answer.getheaders()}
        is_json = "json" in received.get("content-type", "")
        document = json.loads(text) if is_json else text
        self._note_answer(method, path, answer.status, received, document)
        return answer.status, received, document

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """A `/_local` request ("faults", "pace" …); fails the test unless answered with 200."""
        status, _, document = await asyncio.to_thread(self.ask, method, f"/_local/{path}", body)
        assert status == 200, document
        return document

    # Control (bodies: dedalus_tui/local/routes/control.py)

    async def fault(self, **fault: Any) -> int:
        """Inject a fault: method, path, times, skip, delay_ms, status, body, …"""
        answer = await self.control("POST", "faults", fault)
        return int(answer["fault_id"])

    async def fault_hits(self, fault_id: int) -> int:
        """How many requests a fault has hit."""
        answer = await self.control("GET", "faults")
        return next(int(each["hits"]) for each in answer["items"] if each["fault_id"] == fault_id)

    async def clear_faults(self) -> None:
        """Let everything through again."""
        await self.control("DELETE", "faults")

    async def pace(self, pace: Literal["instant", "quick", "real"]) -> None:
        """Change how long phases last."""
        await self.control("POST", "pace", {"pace": pace})

    async def freeze(self) -> None:
        """Stop the clock; only `step` moves it."""
        await self.control("POST", "clock", {"frozen": True})

    async def thaw(self) -> None:
        """Let the clock run again."""
        await self.control("POST", "clock", {"frozen": False})

    async def step(self, seconds: float) -> None:
        """Move the clock forward and play what falls due."""
        await self.control("POST", "clock", {"step_seconds": seconds})

    async def refuse(self, seconds: float) -> None:
        """Reset all connections and refuse new ones for a while."""
        await self.control("POST", "refuse", {"seconds": seconds})

    async def fail_next(self, **mishap: Any) -> None:
        """Make the next transition fail: machine_id, phase, reason, last_error, retryable."""
        await self.control("POST", "fail-next", mishap)

    async def load(self, machines: int) -> None:
        """Add synthetic machines."""
        await self.control("POST", "load", {"machines": machines})

    async def reset(self) -> None:
        """Forget everything."""
        await self.control("POST", "reset", {})

    def _note_answer(
        self, method: str, path: str, status: int, headers: dict[str, str], document: Any
    ) -> None:
        """Somebody may want to know what `ask` was answered."""


class RunningCloud(CloudControl):
    """A served world; the control methods speak `/_local` over its own connection."""

    def __init__(
        self, state: Path, *, pace: Pace, seed: Seed, generation: Generation, port: int = 0
    ) -> None:
        self.api_key = new_api_key()
        self.base_url = ""
        self.org_id = "00000000-0000-7000-8000-000000000001"
        self.on_answer: OnAnswer | None = None
        """Called with what `ask` was answered, unless a fault may have spoiled it."""
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None

        async def run() -> None:
            world = World(state, pace=pace, seed=seed, generation=generation)
            server = LocalServer(world, api_key=self.api_key, port=port)
            await server.start()
            self.base_url = server.base_url
            self.world = world
            self._loop = asyncio.get_running_loop()
            self._ending = asyncio.Event()
            self._ready.set()
            await self._ending.wait()
            await server.stop()

        def main() -> None:
            try:
                asyncio.run(run())
            except BaseException as error:  # noqa: BLE001  # told to the test in start() or stop()
                self._failure = error
                self._ready.set()

        self._thread = threading.Thread(target=main, name="local-cloud", daemon=True)
        self._thread.start()
        self._ready.wait(20)
        if self._failure is not None:
            raise self._failure

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def stop_now(self) -> None:
        """End the server and wait for its thread; a second call does nothing."""
        if self._loop is not None and self._ending is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(20)
        assert not self._thread.is_alive(), "the local cloud did not stop"
        if self._failure is not None:
            raise self._failure

    async def stop(self) -> None:
        """End the server without blocking the caller's loop."""
        await asyncio.to_thread(self.stop_now)

    async def inside(self, call: Callable[[World], Any]) -> Any:
        """Run `call(world)` on the server's own thread and return its answer."""
        assert self._loop is not None

        async def run() -> Any:
            return call(self.world)

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), self._loop))

    async def until(self, condition: Callable[[World], object]) -> None:
        """Wait (at most 20 s) until `condition(world)` holds on the server's own thread."""
        async with asyncio.timeout(20):
            while not await self.inside(condition):  # noqa: ASYNC110  # another thread's state
                await asyncio.sleep(0.003)

    def _note_answer(
        self, method: str, path: str, status: int, headers: dict[str, str], document: Any
    ) -> None:
        if self.on_answer is not None and not self.world.faults.active:
            self.on_answer(method, path, status, headers, document)


def start(
    tmp_path: Path,
    *,
    pace: Pace = "instant",
    seed: Seed = "empty",
    generation: Generation = "2026-05",
    port: int = 0,
) -> RunningCloud:
    """Start a local cloud whose state lies under `tmp_path`; blocks until it answers."""
    return RunningCloud(
        tmp_path / "local-cloud", pace=pace, seed=seed, generation=generation, port=port
    )


async def serve(
    tmp_path: Path,
    *,
    pace: Pace = "instant",
    seed: Seed = "empty",
    generation: Generation = "2026-05",
    port: int = 0,
) -> RunningCloud:
    """`start` without blocking the caller's loop."""
    return await asyncio.to_thread(
        start, tmp_path, pace=pace, seed=seed, generation=generation, port=port
    )
