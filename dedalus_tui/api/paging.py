"""Walking through the pages of a list (contract 3)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from dedalus_tui.domain.faults import NotUnderstood, NotValid

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dedalus_tui.api.decode import Decoder
    from dedalus_tui.api.transport import Call, Transport
    from dedalus_tui.domain.page import Page

Item = TypeVar("Item")

PAGE_SIZE = 100
"""Rows asked for at once. The service's limits are undocumented; it may give fewer."""


async def walk(
    transport: Transport, decoder: Decoder[Item], call: Call, *, limit: int | None
) -> AsyncIterator[Page[Item]]:
    """Every page, one parsed at a time with a turn of the loop between them.

    Ends only at the end of the list: whoever learns membership from it must not take a broken
    walk for a short list, so everything else raises CloudFault. A service that refuses our page
    size is asked again without one.
    """
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        query = {**call.query, "limit": limit, "cursor": cursor}
        try:
            answer = await transport.call(replace(call, query=query))
        except NotValid as fault:
            if limit is None or not any("limit" in error.location for error in fault.field_errors):
                raise
            limit = None
            continue
        page = decoder.page(answer.body, request=call.request)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return
        if cursor in seen:
            raise NotUnderstood("the list goes in circles", request=call.request)
        seen.add(cursor)
        await asyncio.sleep(0)
