"""Idempotency keys: compact UUIDv7, as the service wants them (contract 6.2)."""

from __future__ import annotations

import secrets
import time

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_LOW_12 = (1 << 12) - 1
_LOW_62 = (1 << 62) - 1


def new_wish_key() -> str:
    """A fresh key: 32 hex digits, its first 12 the unix time in milliseconds (RFC 9562).

    One wish of a person takes one key and keeps it for every attempt.
    """
    milliseconds = time.time_ns() // 1_000_000 & (1 << 48) - 1
    chance = secrets.randbits(74)
    number = milliseconds << 80 | _VERSION_7 | (chance >> 62 & _LOW_12) << 64
    return f"{number | _VARIANT | chance & _LOW_62:032x}"
