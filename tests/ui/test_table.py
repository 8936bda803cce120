"""ResourceTable: the cursor sticks to its row, marks survive, only changed rows are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.geometry import Region

from dedalus_tui.ui.themes import THEMES
from dedalus_tui.ui.widgets.resource_table import ResourceTable, RowFace
from dedalus_tui.ui.widgets.table_layout import GAP, GUTTER, TableColumn, lay_out
from tests.ui.stage import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.message import Message
    from textual.pilot import Pilot

COLUMNS = (
    TableColumn(key="name", title="NAME", width=8, max_width=14),
    TableColumn(key="phase", title="PHASE", width=10),
    TableColumn(key="cpu", title="CPU", width=4, is_right_aligned=True),
    TableColumn(key="age", title="AGE", width=4, is_right_aligned=True),
)


class TableApp(App[None]):
    """A table of numbered rows whose cells can be changed."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.cells = {f"m{number}": f"v{number}" for number in range(total)}
        self.versions: dict[str, int] = {}
        self.asked: list[str] = []
        self.heard: list[Message] = []
        self.table = ResourceTable(
            columns=COLUMNS,
            version_of=lambda key: self.versions.get(key, 0),
            face_of=self.face,
        )

    def face(self, key: str) -> RowFace:
        self.asked.append(key)
        return RowFace(((key, "strong"), (self.cells[key], "ok"), ("2", "text"), ("5m", "muted")))

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "dark"
        self.table.show(list(self.cells))

    @on(ResourceTable.CursorMoved)
    @on(ResourceTable.RowOpened)
    @on(ResourceTable.MenuAsked)
    @on(ResourceTable.HeaderPressed)
    @on(ResourceTable.MarksChanged)
    def remember(self, message: Message) -> None:
        self.heard.append(message)

    def change(self, key: str, text: str) -> None:
        self.cells[key] = text
        self.versions[key] = self.versions.get(key, 0) + 1
        self.table.rows_changed({key})

    def window(self) -> list[str]:
        return [strip.text for strip in self.table.render_lines(Region(0, 0, *self.table.size))]


@pytest.fixture
async def opened() -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    app = TableApp(100)
    async with app.run_test(size=(50, 11)) as pilot:
        await pilot.pause()
        yield app, pilot


Opened = tuple[TableApp, "Pilot[None]"]


async def test_rows_and_header_line_up(opened: Opened) -> None:
    app, _ = opened
    header, first, *_ = app.window()
    assert header.index("NAME") == first.index("m0") == GUTTER
    assert header.index("PHASE") == first.index("v0")
    assert header.index("CPU") + 2 == first.index("2", first.index("v0"))
    assert first.startswith("▌")
    assert {len(line) for line in app.window()} == {50}


async def test_only_visible_rows_are_ever_asked_for_their_cells(opened: Opened) -> None:
    app, pilot = opened
    assert set(app.asked) <= {f"m{number}" for number in range(11)}
    app.asked.clear()
    app.change("m3", "new")
    app.change("m77", "new")
    await pilot.pause()
    assert app.asked == ["m3"]
    assert "new" in app.window()[4]


async def test_a_tick_repaints_only_rows_that_say_something_else(opened: Opened) -> None:
    app, pilot = opened
    app.cells["m5"] = "older"
    app.table.tick()
    await pilot.pause()
    assert "older" in app.window()[6]


async def test_the_cursor_sticks_to_its_row_and_the_row_to_its_place(opened: Opened) -> None:
    app, pilot = opened
    table = app.table
    table.put_cursor(55)
    await pilot.pause()
    place = (table.cursor_line or 0) - table.first_visible_line
    table.show(list(reversed(app.cells)))
    await pilot.pause()
    assert table.cursor_key == "m55"
    assert (table.cursor_line or 0) - table.first_visible_line == place


async def test_when_its_row_is_gone_the_cursor_stays_at_its_line(opened: Opened) -> None:
    app, pilot = opened
    app.table.put_cursor(4)
    app.table.show([key for key in app.cells if key != "m4"])
    await pilot.pause()
    assert app.table.cursor_key == "m5"
    app.table.show(["m1"])
    app.table.show([])
    await pilot.pause()
    keys = [m.key for m in app.heard if isinstance(m, ResourceTable.CursorMoved)]
    assert keys == ["m0", "m4", "m5", "m1", None]


async def test_moving_stops_at_the_ends_and_scrolls_as_needed(opened: Opened) -> None:
    app, _ = opened
    table = app.table
    table.move_cursor(-5)
    assert table.cursor_key == "m0"
    table.move_cursor(1_000)
    assert table.cursor_key == "m99"
    assert table.visible_lines.stop == 100


async def test_marks_toggle_range_and_survive_a_filter(opened: Opened) -> None:
    app, pilot = opened
    table = app.table
    table.toggle_mark()
    table.move_cursor(3)
    table.mark_range()
    assert table.marks == {"m0", "m1", "m2", "m3"}
    await pilot.pause()
    assert app.window()[2][1] == "●"
    table.show(["m2", "m9"])
    assert table.marks == {"m0", "m1", "m2", "m3"}
    table.mark(())
    await pilot.pause()
    last = [m for m in app.heard if isinstance(m, ResourceTable.MarksChanged)][-1]
    assert last.marks == frozenset()


async def test_mouse_selects_marks_opens_sorts_and_asks_for_the_menu(opened: Opened) -> None:
    app, pilot = opened
    table = app.table
    await pilot.click(table, offset=(10, 4))
    assert table.cursor_key == "m3"
    await pilot.click(table, offset=(1, 6))
    assert table.marks == {"m5"}
    assert table.cursor_key == "m3", "marking by mouse leaves the cursor"
    await pilot.click(table, offset=(10, 5), times=2)
    await pilot.click(table, offset=(20, 0))
    await pilot.click(table, offset=(10, 2), button=3)
    kinds = [type(m).__name__ for m in app.heard]
    assert kinds.count("RowOpened") == 1
    pressed = [m.column for m in app.heard if isinstance(m, ResourceTable.HeaderPressed)]
    assert pressed == ["phase"]
    asked = [m.key for m in app.heard if isinstance(m, ResourceTable.MenuAsked)]
    assert asked == ["m1"]


async def test_columns_shift_but_the_first_stays(opened: Opened) -> None:
    app, pilot = opened
    table = app.table
    table.show_columns((*COLUMNS, TableColumn(key="note", title="NOTE", width=30)))
    app.versions = dict.fromkeys(app.cells, 9)
    table._face_of = lambda key: RowFace(
        tuple((text, "text") for text in (key, "phase", "2", "5m", "a note"))
    )
    await pilot.pause()
    assert "NOTE" not in app.window()[0]
    assert app.window()[0].rstrip().endswith("▸")
    for _ in range(5):
        table.shift_columns(1)
    assert "NOTE" in app.window()[0]
    assert "NAME" in app.window()[0]
    assert "a note" in app.window()[1]
    for _ in range(5):
        table.shift_columns(-1)
    assert "PHASE" in app.window()[0]


async def test_a_resize_lays_the_columns_out_anew(opened: Opened) -> None:
    app, pilot = opened
    await pilot.resize_terminal(24, 11)
    await until(pilot, lambda: "AGE" not in app.window()[0])
    assert {len(line) for line in app.window()} == {24}


async def test_the_sort_sign_moves_no_title(opened: Opened) -> None:
    app, _ = opened
    before = app.window()[0]
    app.table.show_sort("cpu", is_falling=True)
    after = app.window()[0]
    assert "CPU▼" in after
    assert after.replace("▼", " ") == before


def test_layout_gives_spare_room_to_what_may_grow_and_drops_what_does_not_fit() -> None:
    wide = lay_out(COLUMNS, 60)
    assert [place.width for place in wide.placed] == [14, 10, 4, 4]
    first = lay_out([COLUMNS[0], COLUMNS[1]._replace(max_width=30, grows_first=True)], 40)
    assert [place.width for place in first.placed] == [
        COLUMNS[0].width,
        40 - GUTTER - GAP - COLUMNS[0].width,
    ]
    narrow = lay_out(COLUMNS, 24)
    assert [place.column.key for place in narrow.placed] == ["name", "phase"]
    assert narrow.hides_right
    tiny = lay_out(COLUMNS, 6)
    assert [(place.left, place.width) for place in tiny.placed] == [(GUTTER, 3)]
    skipped = lay_out(COLUMNS, 24, skipped=2)
    assert [place.column.key for place in skipped.placed] == ["name", "age"]
    assert skipped.hides_left
    assert lay_out((), 10).placed == ()


def test_layout_finds_the_column_under_the_mouse() -> None:
    layout = lay_out(COLUMNS, 60)
    assert layout.column_at(0) is None
    found = layout.column_at(layout.placed[2].left)
    assert found is not None
    assert found.key == "cpu"
    assert layout.column_at(59) is None
