"""The private network of a machine, and what leads into it (contract 10). Values only.

Only one generation of the service tells of it, so nothing but the ids is taken for granted.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineNetwork:
    """What a machine is called in its network."""

    machine_id: str
    network_id: str | None = None
    network_name: str | None = None
    private_ipv4: str | None = None
    private_ipv6: str | None = None
    hostname: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """One way into a network from outside."""

    kind: str | None = None
    protocol: str | None = None
    hostname: str | None = None
    port: int | None = None

    @property
    def address(self) -> str | None:
        """`hostname:port`, as far as both are said; None without a hostname."""
        if not self.hostname or self.port is None:
            return self.hostname or None
        host = f"[{self.hostname}]" if ":" in self.hostname else self.hostname
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network and its gateways."""

    network_id: str
    name: str | None = None
    gateways: tuple[Gateway, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPlace:
    """Where a machine is, as far as the service told."""

    machine: MachineNetwork
    gateways: tuple[Gateway, ...] = ()
