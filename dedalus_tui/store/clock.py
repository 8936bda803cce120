"""Time, as the store knows it: the client's clock, and a wait that can be cut short."""

from __future__ import annotations

import asyncio

from dedalus_tui.api.clock import Clock, SystemClock

__all__ = ["Clock", "SystemClock", "sleep_unless"]


async def sleep_unless(clock: Clock, seconds: float, event: asyncio.Event) -> bool:
    """Wait for `event`, at most `seconds`; True when it came. Clears nothing."""
    if event.is_set():
        return True
    waits = {
        asyncio.create_task(clock.sleep(seconds), name="sleep"),
        asyncio.create_task(event.wait(), name="unless"),
    }
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
    return event.is_set()
