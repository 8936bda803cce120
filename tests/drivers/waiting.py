"""What every task waits for: the first question when a program hangs."""

from __future__ import annotations

import asyncio
from typing import Any


def where_tasks_wait() -> str:
    """One line for each task that does not merely wait for its next message or moment."""
    lines = []
    for task in asyncio.all_tasks():
        places = _places(task.get_coro())
        if places and not any("_get_message" in each or "_run_timer" in each for each in places):
            lines.append(f"{task.get_name()}: {' > '.join(places)}")
    return "\n".join(sorted(lines))


def _places(awaited: Any) -> list[str]:
    places = []
    while awaited is not None:
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None)
        if frame is not None:
            name = frame.f_code.co_filename.rpartition("/")[2]
            places.append(f"{frame.f_code.co_name} {name}:{frame.f_lineno}")
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "ag_await", None)
    return places
