"""Wish keys: compact UUIDv7."""

from __future__ import annotations

import re
import time
import uuid

from dedalus_tui.api.keys import new_wish_key


def test_a_key_is_a_compact_uuid_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    key = new_wish_key()
    after = time.time_ns() // 1_000_000
    assert re.fullmatch(r"[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}", key)
    assert uuid.UUID(key).version == 7
    assert uuid.UUID(key).variant == uuid.RFC_4122
    assert before <= int(key[:12], 16) <= after


def test_no_two_keys_are_equal() -> None:
    assert len({new_wish_key() for _ in range(5_000)}) == 5_000
