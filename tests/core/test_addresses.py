"""Which addresses the hub connects to, in every dress an address can wear."""

import pytest

from hub.core.addresses import is_public, may_reach

INSIDE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "::1",
    "fc00::1",
    "fd12:3456::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
]
NOWHERE = [
    "0.0.0.0",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "192.0.0.8",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b:1::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",
    "2002:5db8:d70e::",
    "3fff::1",
    "5f00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
DOCUMENTED = [
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "2001:db8::1",
    "2001:0:53aa:64c:0:7ffd:80ff:fffe",
]
PUBLIC = ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]


@pytest.mark.parametrize("address", INSIDE + NOWHERE + DOCUMENTED)
def test_an_address_that_is_not_public_is_known(address: str) -> None:
    assert not is_public(address)
    assert not may_reach(address, private=False)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_known(address: str) -> None:
    assert is_public(address)
    assert may_reach(address, private=False)
    assert may_reach(address, private=True)


@pytest.mark.parametrize("address", INSIDE)
def test_a_closed_network_may_be_reached_where_it_is_allowed(address: str) -> None:
    assert may_reach(address, private=True)


@pytest.mark.parametrize("address", NOWHERE)
def test_even_a_closed_network_has_addresses_that_are_never_reached(address: str) -> None:
    """Where platforms give their machines' secrets away, and what is no address of one machine."""
    assert not may_reach(address, private=True)
