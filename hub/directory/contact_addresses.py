"""Can anything be sent to this address? Mailboxes, webhooks, telephones: checked before they are stored. Pure."""

import ipaddress
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from hub.core.addresses import is_public
from hub.core.errors import Invalid

_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_MAILBOX: Final = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?:{_LABEL}\.)+{_LABEL}")
_E164: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_UK_NATIONAL: Final = re.compile(r"0[1-9][0-9]{8,9}")
_LONGEST: Final = 2_000


def checked_address(channel: str, address: str, *, private_webhooks: bool) -> str:
    """*address* as it is stored, or Invalid (field ``address``) saying what a good one looks like.

    *private_webhooks*: whether webhooks may go to private addresses, and over plain http
    (``Settings.webhook_private_addresses``). What a host name resolves to is checked when something is sent.
    """
    if channel == "webhook":
        return _webhook(address, private_webhooks)
    return _CHECKS[channel](address)


def _mailbox(address: str) -> str:
    mailbox = address.strip(" ")
    local = mailbox.partition("@")[0]
    if len(mailbox) > 254 or not _MAILBOX.fullmatch(mailbox) or ".." in local or local[:1] == "." or local[-1:] == ".":
        raise _refused("Enter one e-mail address, such as duty.desk@council.example, and nothing else.")
    return mailbox


def _telephone(address: str) -> str:
    number = re.sub(r"[ ()\-]", "", address)
    if not (_E164.fullmatch(number) or _UK_NATIONAL.fullmatch(number)):
        raise _refused("Enter a telephone number, such as 0113 496 0000 or +441134960000.")
    return number


def _nothing(address: str) -> str:
    if address.strip():
        raise _refused("The inbox is in the hub: leave its address empty.")
    return ""


_CHECKS: Final[dict[str, Callable[[str], str]]] = {"email": _mailbox, "phone": _telephone, "inbox": _nothing}


def _webhook(address: str, private: bool) -> str:
    url = address.strip(" ")
    parts = _parts(url)
    if parts is None or len(url) > _LONGEST:
        raise _refused("Enter the whole address of the webhook, such as https://hooks.council.example/hub.")
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise _refused("A webhook's address begins with https://.")
    if "@" in parts.netloc or parts.fragment:
        raise _refused("Leave user names, passwords and fragments out of the address: the hub signs what it sends.")
    if not private and _is_private(parts.hostname or ""):
        raise _refused("This is a private address. Webhooks go to public addresses only.")
    return url


def _parts(url: str) -> SplitResult | None:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    return parts if _is_host(host) and port != 0 else None


def _is_host(host: str) -> bool:
    return _literal(host) is not None or (len(host) <= 253 and _HOST.fullmatch(host) is not None)


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_private(host: str) -> bool:
    literal = _literal(host)
    if literal is not None:
        return not is_public(str(literal))
    name = host.rstrip(".").lower()
    # A name whose last label is a number is an address in another notation (127.1, 0x7f000001).
    return (
        "." not in name or name.endswith((".localhost", ".local", ".internal")) or _is_number(name.rsplit(".", 1)[-1])
    )


def _is_number(label: str) -> bool:
    return re.fullmatch(r"[0-9]+|0x[0-9a-f]*", label) is not None


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"address": [sentence]})
