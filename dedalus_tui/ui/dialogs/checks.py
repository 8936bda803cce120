"""Checks of single fields: ValueError with words fit to stand beside the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from dedalus_tui.domain.sizing import (
    SizingError,
    normalise_autosleep,
    parse_memory_mib,
    parse_storage_gib,
    parse_vcpu,
    why_not_shrink,
)
from dedalus_tui.ui.present.text import cell_width, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.ui.present.sizes import Sizes

SIZE_KEYS = ("vcpu", "memory_mib", "storage_gib")
"""Fields of sizes, named as the service names them."""

Value = TypeVar("Value")

NAME_CELLS = 40
NOTE_CELLS = 200
TAG_CELLS = 24


def check_optional_autosleep(text: str) -> None:
    """An autosleep, or nothing: then the service chooses."""
    if text:
        normalise_autosleep(text)


def storage_not_below(held_gib: int | None) -> Callable[[str], int]:
    """A check that a disk only grows."""

    def check(text: str) -> int:
        wanted = parse_storage_gib(text)
        if reason := why_not_shrink(held_gib, wanted):
            raise SizingError(reason)
        return wanted

    return check


def check_name(text: str) -> None:
    """A local name: one line that fits a column."""
    _check_line(text, NAME_CELLS)


def check_note(text: str) -> None:
    """A note: one line."""
    _check_line(text, NOTE_CELLS)


def parse_tags(text: str) -> tuple[str, ...]:
    """Tags parted by blanks or commas, each once, in the order typed."""
    tags = tuple(dict.fromkeys(text.replace(",", " ").split()))
    for tag in tags:
        _check_line(tag, TAG_CELLS)
    return tags


def read_sizes(vcpu: str, memory: str, storage: str) -> Sizes:
    """The sizes typed so far; None for those that cannot be read yet."""
    return (
        _readable(parse_vcpu, vcpu),
        _readable(parse_memory_mib, memory),
        _readable(parse_storage_gib, storage),
    )


def _readable(parse: Callable[[str], Value], text: str) -> Value | None:
    try:
        return parse(text)
    except SizingError:
        return None


def _check_line(text: str, cells: int) -> None:
    if plain(text) != text:
        raise ValueError("no control characters")
    if cell_width(text) > cells:
        raise ValueError(f"at most {cells} cells wide")
