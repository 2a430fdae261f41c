"""Where may an identity provider stand? Addresses are checked as text here; what a name resolves to, when it is connected to."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from hub.core.addresses import may_reach
from hub.core.settings import Settings

_LONGEST: Final = 1_000
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]+")
_INSIDE: Final = (".localhost", ".local", ".internal")


class AddressUnfit(ValueError):
    """An identity provider cannot stand there; the sentence says why."""


@dataclass(frozen=True)
class Reach:
    """Which addresses the operator lets the hub ask. *plain_loopback*: http on this machine, for tests and demonstrations."""

    private: bool = False
    plain_loopback: bool = False


def reach_of(settings: Settings) -> Reach:
    """What *settings* allow; production never goes without TLS."""
    private = settings.provider_private_addresses
    return Reach(private, private and settings.mode != "production")


def checked_issuer(issuer: str, reach: Reach) -> str:
    """*issuer* as it is stored: a provider's own name, compared letter by letter. Raises :class:`AddressUnfit`."""
    address = checked_endpoint(issuer.strip(" "), reach)
    if "?" in address:
        raise AddressUnfit("Leave the part after “?” out: an issuer has none.")
    return address


def checked_endpoint(address: object, reach: Reach) -> str:
    """*address*, which the hub may ask or send a browser to. Raises :class:`AddressUnfit`."""
    parts = _parts(address)
    if parts is None or "@" in parts.netloc or "#" in str(address):
        raise AddressUnfit("Enter the whole address, such as https://login.council.example, and nothing else.")
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme != "https" and not (parts.scheme == "http" and reach.plain_loopback and host in _LOOPBACK):
        raise AddressUnfit("The address of an identity provider begins with https://.")
    if not reach.private and _is_inside(host):
        raise AddressUnfit("This is a private address. Identity providers stand at public ones.")
    return str(address)


def _parts(address: object) -> SplitResult | None:
    if not isinstance(address, str) or len(address) > _LONGEST or not address.isascii() or not address.isprintable():
        return None
    if " " in address or "\\" in address:
        return None
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    return parts if _HOST.fullmatch(host) and port != 0 else None


def _is_inside(host: str) -> bool:
    try:
        return not may_reach(host, private=False)
    except ValueError:
        last = host.rsplit(".", 1)[-1]
        # A name whose last label is a number is an address in another notation (127.1, 0x7f000001).
        return "." not in host or host.endswith(_INSIDE) or re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last) is not None
