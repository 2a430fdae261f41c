"""Signatures of Standard Webhooks 1.0: ``v1`` (HMAC-SHA256 with a shared secret), ``v1a`` (Ed25519).

During a change of secrets each secret signs, so the header holds several signatures and the receiver may know any one of them.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.notify.channels.base import DeliveryError, Letter

SHARED: Final = "whsec_"


class Signer:
    """Signs with a receiver's own shared secrets, and with the hub's keys, of one of which its owner was shown the public half.

    *hub_keys* gives them anew each time: keys are rotated while workers run.
    """

    def __init__(self, hub_keys: Callable[[], Sequence[Ed25519PrivateKey]]) -> None:
        self._hub_keys = hub_keys

    def headers(self, letter: Letter, body: bytes, *, seconds: int) -> dict[str, str]:
        """The headers of one attempt at *seconds* since 1970. Raises ``DeliveryError`` for a secret that cannot be used."""
        signed = f"{letter.message_id}.{seconds}.".encode() + body
        signatures = [_shared(secret, signed) for secret in letter.secrets]
        if letter.signed_by_hub or not signatures:
            signatures += ["v1a," + base64.b64encode(key.sign(signed)).decode() for key in self._hub_keys()]
        return {
            "Content-Type": "application/json",
            "User-Agent": "placement-notification-hub",
            "webhook-id": letter.message_id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": " ".join(signatures),
        }


def _shared(secret: str, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(_shared_key(secret), signed, hashlib.sha256)).decode()


@lru_cache(maxsize=1024)
def _shared_key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SHARED), validate=True)

    except binascii.Error:
        raise DeliveryError("secret", permanent=True) from None
