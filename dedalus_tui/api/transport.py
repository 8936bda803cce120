"""One request: key, revision, attempts, faults, and what the action log hears of it.

Every noun's file says *what* to ask; how it is asked is written once, here.
"""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlencode

from dedalus_tui.api.decode_fault import fault_of_answer
from dedalus_tui.api.exchange import Exchange
from dedalus_tui.api.retry import READ, WISH, wait_before_retry
from dedalus_tui.domain.faults import (
    CloudFault,
    NotFound,
    NotOffered,
    NotValid,
    TimedOut,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dedalus_tui.api.abilities import Abilities, Ability
    from dedalus_tui.api.clock import Clock
    from dedalus_tui.api.wire import Answer, Wire

_AT_ONCE = 6
"""Requests in flight; httpx gets slower with more (encode/httpx#3215)."""

_READ_SECONDS = 20.0
_WISH_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as a noun's file states it."""

    method: str
    path: str
    """Percent-encoded; see `path_of`."""
    query: Mapping[str, str | int | None] = field(default_factory=dict)
    """None values are left out."""
    body: Mapping[str, object] | None = field(default=None, repr=False)
    key: str | None = None
    """The wish's idempotency key; every call that changes something has one."""
    revision: str | None = None
    """The revision the person saw; sent as If-Match only where the setting says so."""
    machine_id: str | None = None
    ability: Ability | None = None
    """The optional part of the API this belongs to, if it is one."""
    owner: str | None = None
    """The path of what the route hangs on, where that is not the machine: a 404 may mean it."""
    names_item: bool = False
    """The path names a thing besides the machine, so a 404 speaks of that thing."""
    seconds: float | None = None
    """Time for one attempt, where the usual one does not fit."""

    @property
    def request(self) -> str:
        """Method and path, for faults and logs."""
        return f"{self.method} {self.path}"


def path_of(*parts: str) -> str:
    """`/v1/` and the parts, each percent-encoded. Raises NotValid for ids no path can hold."""
    for part in parts:
        if part in {"", ".", ".."} or "/" in part or not part.isprintable():
            raise NotValid("this id cannot be asked for", code="id_not_valid")
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


class Answered(Protocol):
    """Any answer, as far as the action log is concerned."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Lower-case names."""
        ...


class Transport:
    """Carries calls over the wire."""

    def __init__(
        self,
        wire: Wire,
        *,
        abilities: Abilities,
        clock: Clock,
        observe: Callable[[Exchange], None] | None,
        send_if_match: bool,
    ) -> None:
        """`observe` is called once per attempt."""
        self.wire = wire
        self.abilities = abilities
        self.clock = clock
        self._observe = observe
        self._send_if_match = send_if_match
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def call(self, call: Call) -> Answer:
        """The successful answer, after as many attempts as the policy allows.

        Raises CloudFault. A wish of which some attempt may have arrived ends in TimedOut, even
        if the last attempt found no connection: nobody knows, and it must not be called failed.
        """
        if call.ability is not None:
            self.abilities.require(call.ability)
        policy = READ if call.key is None else WISH
        began = self.clock.monotonic()
        attempt = 0
        lost: TimedOut | None = None
        while True:
            attempt += 1
            try:
                answer = await self._attempt(call, attempt)
            except CloudFault as caught:
                fault = await self.settle_fault(call, caught)
            else:
                if call.ability is not None:
                    self.abilities.note_offered(call.ability)
                return answer
            if isinstance(fault, TimedOut):
                lost = fault
            wait = wait_before_retry(
                policy,
                fault,
                attempt=attempt,
                elapsed=self.clock.monotonic() - began,
                chance=random.random(),
            )
            if wait is None:
                raise lost if lost is not None and isinstance(fault, Unreachable) else fault
            await self.clock.sleep(wait)

    def url_of(self, call: Call) -> str:
        """The whole URL of a call."""
        query = {name: value for name, value in call.query.items() if value is not None}
        return self.wire.base_url + call.path + (f"?{urlencode(query)}" if query else "")

    async def settle_fault(self, call: Call, fault: CloudFault) -> CloudFault:
        """What `fault` means for this call, remembered where the whole route is missing.

        A 404 of a route that names only the machine, or another owner, is ambiguous: that may be
        gone or the route may not exist. One look at it tells.
        """
        if call.ability is None:
            return fault
        if isinstance(fault, NotFound) and not call.names_item:
            fault = await self._missing_route_or_owner(call, fault)
        is_of_route = not call.names_item and not self.abilities.offers(call.ability)
        if isinstance(fault, NotOffered) and is_of_route:
            self.abilities.note_refused(call.ability, fault)
        return fault

    def report(
        self, call: Call, attempt: int, began: float, outcome: Answered | CloudFault
    ) -> None:
        """Tell the observer of one attempt that began at monotonic `began`."""
        if self._observe is None:
            return
        fault = outcome if isinstance(outcome, CloudFault) else None
        if isinstance(outcome, CloudFault):
            request_id = outcome.request_id
        else:
            request_id = outcome.headers.get("x-request-id")
        self._observe(
            Exchange(
                at=self.clock.now(),
                method=call.method,
                path=call.path,
                seconds=self.clock.monotonic() - began,
                attempt=attempt,
                status=outcome.status,
                fault_code=(fault.code or type(fault).__name__) if fault else None,
                fault_message=fault.message if fault else None,
                wish_key=call.key,
                request_id=request_id,
                machine_id=call.machine_id,
            )
        )

    async def _attempt(self, call: Call, attempt: int) -> Answer:
        async with self._gate:
            began = self.clock.monotonic()
            try:
                answer = await self._ask(call)
            except CloudFault as fault:
                self.report(call, attempt, began, fault)
                raise
            self.report(call, attempt, began, answer)
            return answer

    async def _ask(self, call: Call) -> Answer:
        body = None
        headers = {"accept": "application/json"}
        if call.body is not None:
            body = json.dumps(call.body, ensure_ascii=False).encode("utf-8", "replace")
            headers["content-type"] = "application/json"
        if call.key is not None:
            headers["idempotency-key"] = call.key
        if call.revision is not None and self._send_if_match and call.revision.isprintable():
            # Bare, as field clients send it; whether the service wants quotes is unknown.
            headers["if-match"] = call.revision
        usual = _READ_SECONDS if call.key is None else _WISH_SECONDS
        answer = await self.wire.ask(
            call.method,
            self.url_of(call),
            headers=headers,
            body=body,
            seconds=call.seconds or usual,
            request=call.request,
        )
        if 200 <= answer.status < 300:
            return answer
        raise fault_of_answer(
            answer.status,
            answer.headers,
            answer.body,
            request=call.request,
            now=self.clock.now(),
        )

    async def _missing_route_or_owner(self, call: Call, fault: NotFound) -> CloudFault:
        if call.ability is not None and self.abilities.offers(call.ability):
            return fault
        owner = call.owner
        if owner is None and call.machine_id is not None:
            owner = path_of("machines", call.machine_id)
        if owner is not None:
            look = Call(method="GET", path=owner)
            try:
                await self._attempt(look, 1)
            except CloudFault:
                return fault
        return NotOffered(
            fault.message or "there is no such route",
            status=fault.status,
            code=fault.code,
            request=fault.request,
            request_id=fault.request_id,
        )
