"""The system keyring, through the optional package `keyring`. Any trouble there means "no key"."""

from __future__ import annotations

import importlib
from typing import Any

_SERVICE = "dedalus-tui"


def find_key(base_url: str) -> str | None:
    """The key kept for a base URL. May ask the person to unlock the keyring, so may take long."""
    keyring = _package()
    if keyring is None:
        return None
    try:
        key = keyring.get_password(_SERVICE, base_url)
    except keyring.errors.KeyringError:
        return None
    return key if isinstance(key, str) else None


def keep_key(base_url: str, key: str) -> bool:
    """Keep a key; False when there is no keyring that would."""
    keyring = _package()
    if keyring is None:
        return False
    try:
        keyring.set_password(_SERVICE, base_url, key)
    except keyring.errors.KeyringError:
        return False
    return True


def _package() -> Any | None:
    try:
        package = importlib.import_module("keyring")
        importlib.import_module("keyring.errors")
    except ImportError:
        return None
    return package
