"""A machine's ports behind URLs, by the name the service has for them: previews, or ports.

Previews are asked for first; ports only once previews were refused as not offered. Which of the
two a thing is stays with it (`Preview.is_port`), so that it is always asked about where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.paging import PAGE_SIZE
from dedalus_tui.domain.faults import NotOffered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dedalus_tui.api.abilities import Abilities
    from dedalus_tui.api.ports import Ports
    from dedalus_tui.api.previews import Previews
    from dedalus_tui.domain.page import Page
    from dedalus_tui.domain.preview import Preview, PreviewSpec


class Addresses:
    """Previews or ports. Everything raises CloudFault only."""

    def __init__(self, previews: Previews, ports: Ports, abilities: Abilities) -> None:
        """Asks nothing by itself."""
        self._previews = previews
        self._ports = ports
        self._abilities = abilities

    @property
    def is_offered(self) -> bool | None:
        """Whether the service has either; None while nobody knows."""
        found = [self._abilities.offers(each) for each in (Ability.PREVIEWS, Ability.PORTS)]
        if True in found:
            return True
        return None if None in found else False

    @property
    def are_ports(self) -> bool:
        """Whether the service is known to have ports in place of previews."""
        has_previews = self._abilities.offers(Ability.PREVIEWS)
        return self._abilities.offers(Ability.PORTS) is True and has_previews is not True

    async def pages(
        self, machine_id: str, *, limit: int | None = PAGE_SIZE
    ) -> AsyncIterator[Page[Preview]]:
        """Every one of them on this machine, page by page."""
        if self._has_previews:
            try:
                async for page in self._previews.pages(machine_id, limit=limit):
                    yield page
            except NotOffered:
                if self._has_previews:
                    raise
            else:
                return
        async for page in self._ports.pages(machine_id, limit=limit):
            yield page

    async def get(self, held: Preview) -> Preview:
        """How it is now."""
        book = self._ports if held.is_port else self._previews
        return await book.get(held.machine_id, held.preview_id)

    async def create(self, machine_id: str, spec: PreviewSpec, *, key: str) -> Preview:
        """Open a port to the outside; a sleeping machine wakes for it.

        List first: only an answer to that tells which of the two the service has. A port has no
        visibility.
        """
        book = self._previews if self._has_previews and not self.are_ports else self._ports
        return await book.create(machine_id, spec, key=key)

    async def delete(self, held: Preview, *, key: str) -> Preview:
        """Close it."""
        book = self._ports if held.is_port else self._previews
        return await book.delete(held.machine_id, held.preview_id, key=key)

    @property
    def _has_previews(self) -> bool:
        """False only when previews were refused as not offered."""
        return self._abilities.offers(Ability.PREVIEWS) is not False
