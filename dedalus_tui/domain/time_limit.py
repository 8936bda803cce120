"""Work that gives up after so much processor time: expressions people type may never end.

Python's expression engine looks for signals while it backtracks, so a timer that raises can stop
it; nothing else in the process can. Load of the computer does not count, only time it used.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

Result = TypeVar("Result")

_AGAIN_SECONDS = 0.01
"""The timer goes on ringing, in case the first ring fell where its exception is swallowed."""
_is_listening = False


class TookTooLongError(Exception):
    """The work was stopped half way."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work` gives, or `TookTooLongError`; `work` must bear being stopped anywhere.

    Only the main thread can be stopped, which is where an app runs, and only where the system has
    a timer of processor time; elsewhere there is no limit.
    """
    if not _can_ring():
        return work()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN_SECONDS)
        return _limited(work)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _can_ring() -> bool:
    """True when a ring can be heard here; listens for it from the first time on."""
    global _is_listening
    if not hasattr(signal, "setitimer"):  # Windows has none
        return False
    if threading.current_thread() is not threading.main_thread():
        return False
    if not _is_listening:
        try:
            signal.signal(signal.SIGVTALRM, _ring)
        except ValueError:  # the main thread of a part of the process that gets no signals
            return False
        _is_listening = True
    return True


def _limited(work: Callable[[], Result]) -> Result:
    return work()


def _ring(_signal: int, frame: FrameType | None) -> None:
    # A ring can come late, when the work is done: it must not strike whatever runs then.
    while frame is not None:
        if frame.f_code is _limited.__code__:
            raise TookTooLongError
        frame = frame.f_back
