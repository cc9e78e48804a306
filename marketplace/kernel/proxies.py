"""The proxies in front of the service whose word about callers is believed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Self


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """Networks of proxies; none unless the operator names some."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """Read addresses and networks. Raises ValueError."""
        return cls(tuple(ip_network(name) for name in names))

    def holds(self, address: str) -> bool:
        """Tell whether an address is that of a proxy."""
        if not self.networks:
            return False
        try:
            found = ip_address(address.strip())
        except ValueError:
            return False
        return any(found in network for network in self.networks)

    def caller_of(self, peer: str, forwarded_for: str) -> str:
        """Return who called the outermost proxy: each proxy adds whom it was called by at the end of the list.

        From the end on, the first that is no proxy is as far as anybody can be believed; what stands before it,
        the caller may have written.
        """
        caller = peer
        for named in reversed(forwarded_for.split(",")):
            if not self.holds(caller):
                break
            try:
                caller = str(ip_address(named.strip()))
            except ValueError:
                break
        return caller
