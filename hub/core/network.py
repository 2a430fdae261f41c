"""From which network does a request come? The peer's, or, through the operator's own proxies, what they say of the client."""

import ipaddress
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_IPV6_SITE: Final = 64
"""Whoever holds one IPv6 address holds the 2^64 beside it."""


def client_network(environ: Mapping[str, Any], trusted_proxies: str) -> str:
    """The network of whoever sent the request *environ* (WSGI): an IPv4 address, or the first half of an IPv6 address.

    *trusted_proxies*: the setting of this name. ``X-Forwarded-For`` is believed from these alone, and read from its end:
    each proxy adds whom it heard, so what a client wrote there itself is never reached.
    """
    heard = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    return network_of(str(environ.get("REMOTE_ADDR", "")), heard, read_networks(trusted_proxies))


def network_of(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """The network of the first address, going back from *peer* through *forwarded*, that is not of a *trusted* proxy."""
    found = _address(peer)
    for said in reversed(forwarded):
        further = _address(said)
        if found is None or further is None or not any(found in network for network in trusted):
            break
        found = further
    return "unknown" if found is None else _spoken(found)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _spoken(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), _IPV6_SITE), strict=False))


@lru_cache(maxsize=8)
def read_networks(listed: str) -> tuple[Network, ...]:
    """The networks in *listed*, separated by commas or spaces. Raises ``ValueError`` for what is not one."""
    return tuple(ipaddress.ip_network(each) for each in listed.replace(",", " ").split())
