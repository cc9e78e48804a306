"""Tells network addresses of the open internet from all others."""

from __future__ import annotations

import ipaddress

# Python's own list of special addresses differs between its releases, so those that matter most stand here as well.
_SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
"""All unicast addresses given out so far. Mapped and translated IPv4 addresses lie outside."""
_SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, which hides an IPv4 address, and other protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4 hides one as well
        "3fff::/20",
    )
)


def is_public(place: str) -> bool:
    """Tell whether a numeric address belongs to a host of the open internet; what is no address does not."""
    try:
        address = ipaddress.ip_address(place)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in network for network in _SPECIAL_V4)
    if address.scope_id is not None or address not in _GLOBAL_V6:
        return False
    return address.is_global and not any(address in network for network in _SPECIAL_V6)
