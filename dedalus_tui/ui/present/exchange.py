"""Requests this program made, one line each, and what is known of one of them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dedalus_tui.ui.present.facts import Fact, fact
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import pad, plain
from dedalus_tui.ui.present.units import latency

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from dedalus_tui.ui.present.roles import Line

_METHOD_CELLS = 6
_STATUS_CELLS = 6
_LATENCY_CELLS = 7
_SLOW_SECONDS = 2.0


class ExchangeLike(Protocol):
    """What is needed of an exchange (`api.exchange.Exchange`)."""

    @property
    def at(self) -> datetime: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def attempt(self) -> int: ...
    @property
    def status(self) -> int | None: ...
    @property
    def fault_code(self) -> str | None: ...
    @property
    def fault_message(self) -> str | None: ...
    @property
    def wish_key(self) -> str | None: ...
    @property
    def request_id(self) -> str | None: ...
    @property
    def machine_id(self) -> str | None: ...


def is_trouble(exchange: ExchangeLike) -> bool:
    """True when it did not end well."""
    return exchange.status is None or exchange.status >= 400 or exchange.fault_code is not None


def is_repeat(earlier: ExchangeLike, later: ExchangeLike) -> bool:
    """True for the same question answered well again, such as the next list."""
    return (
        later.method == earlier.method == "GET"
        and later.path == earlier.path
        and later.status == earlier.status
        and not is_trouble(earlier)
        and not is_trouble(later)
    )


def exchange_line(exchange: ExchangeLike, *, times: int = 1, zone: tzinfo | None = None) -> Line:
    """When, what, how it ended, how long it took, and what went wrong.

    `times` is how many of the same it stands for, itself the last.
    """
    trouble = is_trouble(exchange)
    status = str(exchange.status) if exchange.status is not None else "none"
    changes = exchange.method != "GET"
    again = f" (attempt {exchange.attempt})" if exchange.attempt > 1 else ""
    return (
        (f"{exchange.at.astimezone(zone):%H:%M:%S} ", Role.MUTED),
        (pad(status, _STATUS_CELLS - 1, right=True) + " ", Role.BAD if trouble else Role.OK),
        (
            pad(latency(exchange.seconds), _LATENCY_CELLS, right=True) + "  ",
            Role.WARN if exchange.seconds >= _SLOW_SECONDS else Role.MUTED,
        ),
        (
            pad(exchange.method, _METHOD_CELLS) + " ",
            Role.STRONG if changes else Role.MUTED,
        ),
        (plain(exchange.path), Role.TEXT),
        (again, Role.WARN),
        (f"  {times} times" if times > 1 else "", Role.MUTED),
        (f"  {_trouble_words(exchange)}" if trouble else "", Role.BAD),
    )


def exchange_text(exchange: ExchangeLike) -> str:
    """The same for the clipboard, with everything a report needs."""
    status = exchange.status if exchange.status is not None else "no answer"
    parts = [
        f"{exchange.at:%Y-%m-%dT%H:%M:%S.%fZ}",
        exchange.method,
        plain(exchange.path),
        str(status),
        latency(exchange.seconds),
        f"attempt {exchange.attempt}",
    ]
    if exchange.request_id:
        parts.append(f"request id {plain(exchange.request_id)}")
    if exchange.wish_key:
        parts.append(f"idempotency key {exchange.wish_key}")
    if is_trouble(exchange):
        parts.append(_trouble_words(exchange))
    return "  ".join(parts)


def exchange_facts(exchange: ExchangeLike, *, zone: tzinfo | None = None) -> tuple[Fact, ...]:
    """Everything kept of one exchange."""
    local = exchange.at.astimezone(zone)
    status = str(exchange.status) if exchange.status is not None else "no answer"
    facts = [
        fact("Sent", f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03}"),
        Fact("Request", ((f"{exchange.method} ", Role.STRONG), (plain(exchange.path), Role.TEXT))),
        Fact(
            "Answer",
            (
                (status, Role.BAD if is_trouble(exchange) else Role.OK),
                (f" after {latency(exchange.seconds)}", Role.TEXT),
                (f", attempt {exchange.attempt}" if exchange.attempt > 1 else "", Role.WARN),
            ),
        ),
    ]
    if is_trouble(exchange):
        facts.append(fact("Trouble", _trouble_words(exchange), Role.BAD))
    if exchange.request_id:
        facts.append(fact("Id", f"request id {plain(exchange.request_id)}"))
    if exchange.wish_key:
        facts.append(fact("Key", f"{exchange.wish_key} (the same for every attempt)", Role.MUTED))
    return tuple(facts)


def _trouble_words(exchange: ExchangeLike) -> str:
    message = plain(exchange.fault_message or "")
    code = plain(exchange.fault_code or "")
    if message and code:
        return f"{message} ({code})"
    return message or code or "no answer"
