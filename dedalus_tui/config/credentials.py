"""The API key: where it comes from, and how it never leaves by accident."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What proves who we are. Its repr tells the source and hides the values."""

    api_key: str | None = field(default=None, repr=False)
    """Sent as `Authorization: Bearer`."""
    x_api_key: str | None = field(default=None, repr=False)
    """Sent as `x-api-key`; both are sent when both are set, as the official SDKs do."""
    source: str = ""
    """Where it was found, in words fit for a person."""

    def headers(self) -> dict[str, str]:
        """The request headers; secret."""
        found: dict[str, str] = {}
        if self.api_key:
            found["authorization"] = f"Bearer {self.api_key}"
        if self.x_api_key:
            found["x-api-key"] = self.x_api_key
        return found
