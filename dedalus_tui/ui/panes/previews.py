"""The tab of a machine's previews: ports that have an address for a while.

Some services call them previews, some ports; what has the address is a port of the machine, so it
is called one everywhere.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from dedalus_tui.actions.action import Scope
from dedalus_tui.actions.previews import (
    close_preview,
    follow_preview,
    open_preview,
)
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.lifecycle import would_wake
from dedalus_tui.ui.bindings import key_of, pane_bindings
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.dialogs.preview import PreviewDialog
from dedalus_tui.ui.dialogs.qr import QrDialog
from dedalus_tui.ui.panes.items import ItemsPane
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.session import port_cells, preview_cells
from dedalus_tui.ui.widgets.table_layout import TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from dedalus_tui.domain.preview import Preview, PreviewSpec
    from dedalus_tui.store.machine_items import MachineItems
    from dedalus_tui.ui.present.roles import Line, Span


PORTS_WORDS = "Who may reach a port, this service decides by itself."

_PORT = TableColumn(key="port", title="PORT", width=6, is_right_aligned=True)
_STATUS = TableColumn(key="status", title="STATUS", width=10)
_VISIBILITY = TableColumn(key="visibility", title="FOR", width=7)
_REST = (
    TableColumn(key="url", title="ADDRESS", width=26, max_width=70),
    TableColumn(key="expires", title="EXPIRES IN", width=10, is_right_aligned=True),
    TableColumn(key="age", title="AGE", width=4, is_right_aligned=True),
    TableColumn(key="trouble", title="TROUBLE", width=8, max_width=40),
)
PREVIEW_COLUMNS = (_PORT, _STATUS, _VISIBILITY, *_REST)
PORT_COLUMNS = (_PORT, _STATUS, *_REST)


class PreviewsPane(ItemsPane["Preview"]):
    """Public ones are marked: anybody with the address reaches them."""

    PLURAL = "ports"
    EMPTY = "{preview.create} gives a port of this machine an address."
    OWN_SCOPE = Scope.PREVIEW
    COLUMNS: ClassVar[Sequence[TableColumn]] = PREVIEW_COLUMNS
    BINDINGS: ClassVar[list[BindingType]] = pane_bindings(Scope.PREVIEW)

    @property
    def book(self) -> MachineItems[Preview]:
        """The previews."""
        return self.services.store.previews

    def said_above(self) -> Sequence[Line]:
        """Which they are, where it is not what the columns say."""
        return [((PORTS_WORDS, Role.MUTED),)] if self._are_ports else ()

    def id_of(self, item: Preview) -> str:
        """Its id."""
        return item.preview_id

    def cells(self, item: Preview) -> Sequence[Span]:
        """One cell for each column."""
        now = self.services.store.clock.now()
        has_visibility = _VISIBILITY in self.table.columns
        return (preview_cells if has_visibility else port_cells)(item, now, self.signs)

    @property
    def _are_ports(self) -> bool:
        return self.services.store.client.addresses.are_ports

    def _draw(self) -> None:
        if self.is_mounted:
            self.table.show_columns(PORT_COLUMNS if self._are_ports else self.COLUMNS)
        super()._draw()

    # Actions.

    def action_preview_open(self) -> None:
        """Open the selected address in the browser."""
        url = self._url()
        if url is not None:
            self.app.open_url(url)
            self.post_message(self.Said(f"opening {url}"))

    def action_preview_create(self) -> None:
        """Give a port an address."""
        if self.may_change("open a port") and self.may_be_used():
            self.app.run_worker(self._new(), name="new preview")

    def action_preview_copy_address(self) -> None:
        """Copy the selected address."""
        url = self._url()
        if url is not None:
            self.post_message(self.Copied(url, "the address"))

    def action_preview_show_code(self) -> None:
        """The selected address as a QR code."""
        url = self._url()
        if url is not None and self.services.settings.ascii:
            self.post_message(self.Said("a code cannot be drawn with ASCII only; copy the address"))
        elif url is not None:
            self.app.push_screen(QrDialog(url))

    def action_preview_close(self) -> None:
        """Take the selected address away."""
        if self.may_change("close a port"):
            self.app.run_worker(self._close(), name="close preview")

    def _url(self) -> str | None:
        """The selected preview's address, if it is one that a browser should open."""
        preview = self.selected
        if preview is None or preview.status != "ready" or not preview.url:
            key = key_of("preview.create", self.services)
            self.post_message(self.Said(f"select a port that is ready; {key} opens one"))
            return None
        if not is_web_address(preview.url):
            self.post_message(self.Said("the service gave an address that is not for a browser"))
            return None
        return preview.url

    async def _new(self) -> None:
        record = self.record
        if record is None:
            return

        store = self.services.store
        if store.client.addresses.is_offered is None:
            # Only a listing tells whether there is a visibility to ask for.
            await store.previews.load(self.machine_id)
            if not (self.is_attached and self.screen.is_current):
                return  # the person went elsewhere meanwhile
        waited_for: list[Preview] = []

        async def send(spec: PreviewSpec) -> CloudFault | None:
            try:
                made = await open_preview(store, self.machine_id, spec)
            except CloudFault as fault:
                return fault
            self._draw()
            self.table.select(made.preview_id)
            if made.is_port and spec.visibility:
                self.post_message(self.Said(PORTS_WORDS))
            waited_for.append(made)
            return None

        title = title_of(record.machine, record.label)
        dialog = PreviewDialog(
            title, are_ports=self._are_ports, wakes=would_wake(record.machine), send=send
        )
        await self.app.push_screen_wait(dialog)
        for made in waited_for:
            # What went wrong meanwhile is told by the next listing.
            with suppress(CloudFault):
                await follow_preview(store, self.machine_id, made)

    async def _close(self) -> None:
        preview = self.selected
        if preview is None or preview.is_ended:
            self.post_message(self.Said("select a port that has not ended"))
            return
        lines = [((f"Port {preview.port} will have no address any more.", Role.TEXT),)]
        answer = self.app.push_screen_wait(
            ConfirmDialog("Close the port?", lines, accept_label="Close it")
        )
        if not await answer:
            return
        try:
            await close_preview(self.services.store, preview)
        except CloudFault as fault:
            told = explain(fault, about="the port")
            self.post_message(self.Said(f"not closed: {told.happened}. {told.advice}"))


def is_web_address(url: str) -> bool:
    """True for plain http and https addresses: nothing else goes to a browser."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable()
