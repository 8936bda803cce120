"""JSON of the service → the domain's frozen values, losing as little as possible (contract 14).

Unknown fields are ignored, null means absent, a field of the wrong type is dropped and its row
kept; only a row without a usable id is left out, and counted.
"""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from dedalus_tui.domain.faults import NotUnderstood
from dedalus_tui.domain.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = TypeVar("Value")

_MOST_REPAIRS = 8
"""Rounds of dropping what is wrong; each round drops everything the last one complained about."""

_MOST_ROWS = 100_000
"""Remembered; then all are forgotten, so that what was destroyed does not stay for ever."""


class Decoder(Generic[Value]):
    """Decodes one kind of value. The adapter is built at first use: it costs milliseconds."""

    def __init__(
        self, kind: type[Value], *, id_field: str | None = None, remembers_rows: bool = False
    ) -> None:
        """`id_field` names the field without which a row is worth nothing.

        With `remembers_rows` a row of a page that came exactly so before is not decoded again: a
        list that is asked for every few seconds hardly changes, and decoding is most of its cost.
        """
        self._kind = kind
        self._id_field = id_field
        self._rows: dict[str, tuple[object, Value]] | None = {} if remembers_rows else None

    @cached_property
    def _adapter(self) -> TypeAdapter[Value]:
        return TypeAdapter(self._kind)

    @cached_property
    def _tuples(self) -> dict[str, tuple[str, ...]]:
        """The known names of fields that are named tuples: pydantic takes no others for those."""
        return {
            name: each._fields
            for name, hint in get_type_hints(self._kind).items()
            for each in (hint, *get_args(hint))
            if hasattr(each, "_fields")
        }

    def value(self, data: object) -> Value | None:
        """The value `data` describes; None when it has no usable id or is no object at all."""
        if not isinstance(data, dict):
            return None
        data = _known(_without_nulls(data), getattr(self._kind, "_fields", None))
        for name, known in self._tuples.items():
            held = data.get(name)
            if isinstance(held, dict):
                data[name] = _known(held, known)
        if self._id_field is not None and not _is_usable_id(data.get(self._id_field)):
            return None
        for _ in range(_MOST_REPAIRS):
            try:
                return _tidied(self._adapter.validate_python(data))
            except ValidationError as error:
                if not _drop(data, [entry["loc"] for entry in error.errors(include_url=False)]):
                    return None
        return None

    def one(self, body: bytes, *, request: str, known: Mapping[str, object] | None = None) -> Value:
        """The single value in `body`; `known` fills in what the request already said.

        A wish (anything but a GET) may be answered with nothing at all: it was accepted, and what
        is known stands for the answer. Raises NotUnderstood.
        """
        is_wish = not request.startswith("GET ")
        is_empty = known is not None and is_wish and not body.strip()
        data = {} if is_empty else object_in(body, request=request)
        for key, value in (known or {}).items():
            if data.get(key) is None:
                data[key] = value
        value = self.value(data)
        if value is None:
            raise NotUnderstood(f"the answer has no {self._id_field}", request=request)
        return value

    def page(self, body: bytes, *, request: str) -> Page[Value]:
        """The page in `body` (contract 3). Raises NotUnderstood."""
        data = object_in(body, request=request)
        rows = data.get("items")
        if rows is None:
            rows = []
        if not isinstance(rows, list):
            raise NotUnderstood("the list's items are not a list", request=request)
        values = [self._row(row) for row in rows]
        items = tuple(value for value in values if value is not None)
        cursor = data.get("next_cursor")
        return Page(
            items=items,
            next_cursor=cursor if isinstance(cursor, str) and cursor else None,
            skipped=len(rows) - len(items),
        )

    def _row(self, row: object) -> Value | None:
        key = row.get(self._id_field) if isinstance(row, dict) else None
        if self._rows is None or not isinstance(key, str):
            return self.value(row)
        held = self._rows.get(key)
        if held is not None and held[0] == row:
            return held[1]
        value = self.value(row)
        if value is not None:
            if len(self._rows) >= _MOST_ROWS:
                self._rows.clear()
            self._rows[key] = (row, value)
        return value


def object_in(body: bytes, *, request: str) -> dict[str, Any]:
    """The JSON object in `body`. Raises NotUnderstood."""
    data = json_in(body, request=request)
    if not isinstance(data, dict):
        raise NotUnderstood("the answer is not a JSON object", request=request)
    return data


def json_in(body: bytes, *, request: str) -> Any:
    """Whatever JSON is in `body`. Raises NotUnderstood."""
    try:
        return from_json(body)
    except ValueError:
        words = "the answer is not JSON" if body.strip() else "the answer is empty"
        raise NotUnderstood(words, request=request) from None


def _is_usable_id(value: object) -> bool:
    """Ids are opaque, but one that cannot stand in a path names nothing (contract 4.2)."""
    if isinstance(value, str):
        return value not in {"", ".", ".."} and "/" not in value and value.isprintable()
    return isinstance(value, int) and not isinstance(value, bool)


def _without_nulls(data: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_nulls(value) if isinstance(value, dict) else value
        for key, value in data.items()
        if value is not None
    }


def _known(data: dict[str, Any], names: tuple[str, ...] | None) -> dict[str, Any]:
    """What a named tuple may be made of; a dataclass (no names) lets pydantic ignore the rest."""
    if names is None or data.keys() <= set(names):
        return data
    return {name: data[name] for name in names if name in data}


def _drop(data: dict[str, Any], places: list[tuple[int | str, ...]]) -> bool:
    """Remove what stands at `places`; False when nothing could be removed."""
    found = [_deepest(data, place) for place in places]
    targets = {(id(container), key): container for container, key in found if container is not None}
    # Later list items go first, so that the numbers of the earlier ones stay true.
    for (_, key), container in sorted(targets.items(), key=_by_falling_index):
        del container[key]
    return bool(targets)


def _by_falling_index(target: tuple[tuple[int, int | str], Any]) -> int:
    key = target[0][1]
    return -key if isinstance(key, int) else 0


def _deepest(data: dict[str, Any], place: tuple[int | str, ...]) -> tuple[Any, Any]:
    """The container and key of the deepest part of `place` that exists; (None, None) if none does.

    A place may go deeper than the data: a missing field, the branch of a union.
    """
    container: Any = None
    key: int | str | None = None
    value: Any = data
    for step in place:
        exists = (isinstance(value, dict) and step in value) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        )
        if not exists:
            break
        container, key, value = value, step, value[step]
    return container, key


def _tidied(value: Value) -> Value:
    """`value` with every time aware of its zone and no number that is not one."""
    changes: dict[str, object] = {}
    given = cast("Any", value)
    is_tuple = isinstance(value, tuple)
    for name in given._fields if is_tuple else [field.name for field in fields(given)]:
        held = getattr(value, name)
        if isinstance(held, datetime):
            if held.tzinfo is None:
                changes[name] = held.replace(tzinfo=UTC)
        elif isinstance(held, float):
            if not math.isfinite(held):
                changes[name] = None
        elif isinstance(held, tuple) and not hasattr(held, "_fields"):
            if held and is_dataclass(held[0]):
                changes[name] = tuple(_tidied(item) for item in held)
        elif is_dataclass(held) or isinstance(held, tuple):
            tidied = _tidied(held)
            if tidied is not held:
                changes[name] = tidied
    if not changes:
        return value
    return cast("Value", given._replace(**changes) if is_tuple else replace(given, **changes))
