"""Identifiers and secrets of the local cloud."""

from __future__ import annotations

import secrets
import time
import uuid


def uuid7() -> str:
    """A UUIDv7 (RFC 9562) of the present millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def sub_resource_id(prefix: str) -> str:
    """An id as the service makes them for executions and the like: `wexec-` + 40 hex digits."""
    return f"{prefix}-{secrets.token_hex(20)}"


def new_api_key() -> str:
    """A random key, shaped unlike any key of the real service."""
    return "local-" + secrets.token_urlsafe(32)
