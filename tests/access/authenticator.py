"""An authenticator in software: makes passkeys and answers for them as a security key would, and can be copied as none should."""

import copy
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One device. ``verifies``: whether it asks its owner for a finger or a PIN. ``counts``: whether it counts its uses."""

    origin: str
    verifies: bool = True
    counts: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def registers(self, options: dict[str, Any], **instead: Any) -> str:
        """The browser's JSON for a new passkey; *instead* replaces parts of what it signs."""
        client = self._client("webauthn.create", options, instead)
        described = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._public_key()
        data = self._data(options["rp"]["id"], HAS_KEY) + described
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(client, {"attestationObject": bytes_to_base64url(attested)})

    def answers(self, options: dict[str, Any], **instead: Any) -> str:
        """The browser's JSON for a use of the passkey."""
        client = self._client("webauthn.get", options, instead)
        self.count += self.counts
        data = self._data(options["rpId"], 0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        said = {"authenticatorData": bytes_to_base64url(data), "signature": bytes_to_base64url(signature)}
        return self._answer(client, said)

    def copied(self) -> "Authenticator":
        """A second device with the same key and count."""
        return copy.copy(self)

    def _client(self, kind: str, options: dict[str, Any], instead: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin} | instead
        return json.dumps(said).encode()

    def _data(self, host: str, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})

    def _answer(self, client: bytes, response: dict[str, str]) -> str:
        own = bytes_to_base64url(self.credential_id)
        said = {"clientDataJSON": bytes_to_base64url(client)} | response
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": said})


def altered(answer: str, part: str, place: int = -1) -> str:
    """*answer* with one byte of a part of its response changed."""
    said = json.loads(answer)
    content = bytearray(base64url_to_bytes(said["response"][part]))
    content[place] ^= 1
    said["response"][part] = bytes_to_base64url(bytes(content))
    return json.dumps(said)
