"""Whose network a request comes from, through proxies that are ours and past words that are not."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.network import client_network, network_of, read_networks
from hub.core.settings import SettingsError, load_settings

OURS = read_networks("10.0.0.0/24, fd00::/64 192.168.7.7")


def test_without_a_trusted_proxy_it_is_the_peer_whatever_is_claimed() -> None:
    environ = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    assert client_network(environ, "") == "203.0.113.9"
    assert client_network(environ, "10.0.0.0/24") == "203.0.113.9"


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("10.0.0.5", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.5", ["203.0.113.9", "192.168.7.7"], "203.0.113.9"),
        ("10.0.0.5", ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.5", ["10.0.0.9", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.5", ["10.0.0.6"], "10.0.0.6"),
        ("10.0.0.5", [""], "10.0.0.5"),
        ("10.0.0.5", ["not an address"], "10.0.0.5"),
        ("10.0.0.5", ["203.0.113.9", "not an address"], "10.0.0.5"),
        ("fd00::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", [], "203.0.113.9"),
        ("", [], "unknown"),
    ],
)
def test_only_the_operators_own_proxies_are_believed_and_from_the_end(
    peer: str, forwarded: list[str], network: str
) -> None:
    assert network_of(peer, forwarded, OURS) == network


@given(claimed=st.lists(st.ip_addresses().map(str) | st.text(max_size=20), max_size=6))
def test_what_a_client_writes_itself_never_changes_its_network(claimed: list[str]) -> None:
    """The proxy adds whom it heard at the end: nothing before that is read."""
    assert network_of("10.0.0.5", [*claimed, "203.0.113.9"], OURS) == "203.0.113.9"


@given(low=st.integers(0, 2**64 - 1))
def test_one_who_holds_an_ipv6_network_is_one_network(low: int) -> None:
    address = ipaddress.IPv6Address((0x2A00_1234_5678_9ABC << 64) + low)
    assert network_of(str(address), [], ()) == "2a00:1234:5678:9abc::/64"


def test_networks_that_cannot_be_read_stop_the_start() -> None:
    with pytest.raises(SettingsError, match="trusted_proxies must be networks"):
        load_settings({"HUB_TRUSTED_PROXIES": "10.0.0.1/24"})


def test_limits_are_off_in_test_mode_only() -> None:
    with pytest.raises(SettingsError, match="test mode only"):
        load_settings({"HUB_LIMITS": "no", "HUB_MODE": "demo"})
    assert load_settings({"HUB_LIMITS": "no", "HUB_MODE": "test"}).limits is False
