"""Which hosts count as kintone domains; the operator sets it."""

from __future__ import annotations

from dataclasses import dataclass

SUFFIXES = ("cybozu.com", "kintone.com", "cybozu-dev.com", "kintone-dev.com")


@dataclass(frozen=True, slots=True)
class DomainRules:
    """The domains below which every name is a kintone, and the hosts that the operator trusts to be one."""

    suffixes: tuple[str, ...] = SUFFIXES
    trusted: frozenset[str] = frozenset()
    """Hosts, or hosts with a port, in lower case."""

    def is_below(self, host: str) -> bool:
        """Tell whether a host is a name below one of the suffixes, not a suffix itself."""
        return any(host.endswith(f".{suffix}") for suffix in self.suffixes)

    def trusts(self, host: str, port: int | None) -> bool:
        """Tell whether the operator named the host, alone or with this port."""
        return host in self.trusted or f"{host}:{port}" in self.trusted


KINTONE = DomainRules()
