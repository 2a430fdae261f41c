"""Which network addresses may the hub connect to? Those inside a network are no business of whoever typed them. Pure."""

import ipaddress
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_NOBODYS: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays of 6to4, long given up
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # documentation
    )
)
"""Networks in which no machine of ours stands: some of the Python versions we run on take them for public, others for private."""
_METADATA: Final = frozenset({ipaddress.ip_address("fd00:ec2::254"), ipaddress.ip_address("100.100.100.200")})
"""Where platforms give their machines' secrets away, outside the link-local network."""


def is_public(address: str) -> bool:
    """Whether *address* (an IP address, as a resolver gives it) is on the public internet.

    Not private, loopback, link-local, shared, reserved, multicast or unspecified, nor one of those dressed as IPv6
    (mapped, NAT64, 6to4, Teredo). Of IPv6 only what is handed out for use is public.
    """
    real = _undressed(address)
    if _is_nobodys(real) or not real.is_global or real.is_multicast:
        return False
    return real.version == 4 or real in _GLOBAL_UNICAST


def may_reach(address: str, *, private: bool) -> bool:
    """Whether the hub may connect to *address*: public ones; where *private*, also those of a closed network.

    Link-local addresses, where platforms keep their machines' secrets, are refused in both cases.
    """
    if is_public(address):
        return True
    real = _undressed(address)
    odd = real.is_link_local or real.is_multicast or real.is_unspecified or real in _METADATA or _is_nobodys(real)
    return private and not odd and (real.is_loopback or (real.is_private and not real.is_reserved))


def _is_nobodys(real: Address) -> bool:
    return any(real in network for network in _NOBODYS)


def _undressed(address: str) -> Address:
    """*address*, or the IPv4 address that it carries."""
    real = ipaddress.ip_address(address)
    if isinstance(real, ipaddress.IPv4Address):
        return real
    if real in _NAT64:
        return ipaddress.IPv4Address(int(real) & 0xFFFFFFFF)
    return real.ipv4_mapped or real
