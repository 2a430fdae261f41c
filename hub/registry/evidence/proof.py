"""Is this evidence what the hub issued? Signing, and verifying offline: with the pack, the hub's public key and nothing else.

A pack is ``{"evidence": {…}, "signature": {"algorithm", "key_id", "value"}}``. What is signed (Ed25519) is the evidence in its
canonical form: JSON with sorted keys, no spaces, in UTF-8. The value is 128 lower-case hexadecimal digits.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from hub.core.errors import Malformed

ALGORITHM: Final = "Ed25519"
PURPOSE: Final = "evidence"
"""Of the hub's signing key."""


def canonical_evidence(evidence: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: equal evidence has equal bytes."""
    text = json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


def signed(evidence: Mapping[str, Any], key: Ed25519PrivateKey, key_id: str) -> dict[str, Any]:
    """The pack of *evidence*."""
    value = key.sign(canonical_evidence(evidence)).hex()
    return {"evidence": dict(evidence), "signature": {"algorithm": ALGORITHM, "key_id": key_id, "value": value}}


def verify_pack(pack: Mapping[str, Any], public_key: Ed25519PublicKey) -> bool:
    """Whether the hub with this key issued *pack*, and nothing in it was changed since."""
    evidence, signature = pack.get("evidence"), pack.get("signature")
    if not isinstance(evidence, dict) or not isinstance(signature, dict) or set(pack) != {"evidence", "signature"}:
        return False
    if set(signature) != {"algorithm", "key_id", "value"} or signature["algorithm"] != ALGORITHM:
        return False
    if signature["key_id"] != evidence.get("hub_key_id"):
        return False
    return _is_signature(signature["value"], canonical_evidence(evidence), public_key)


def _is_signature(value: Any, content: bytes, public_key: Ed25519PublicKey) -> bool:
    try:
        raw = bytes.fromhex(value)
        public_key.verify(raw, content)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return bool(raw.hex() == value)


def read_pack(content: bytes) -> dict[str, Any]:
    """The pack in a file. Raises ``Malformed`` for what is not one JSON object, or says one thing twice."""
    try:
        pack = json.loads(content.decode("utf-8"), object_pairs_hook=_no_name_twice, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed(
            "This is not an evidence pack: it must be one JSON object in UTF-8, as the hub gave it."
        ) from None
    if not isinstance(pack, dict):
        raise Malformed("This is not an evidence pack: it must be one JSON object, as the hub gave it.")
    return pack


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def read_public_key(content: bytes) -> Ed25519PublicKey:
    """The hub's public key: the answer of ``/api/v1/evidence-key``, or the PEM in it. Raises ``Malformed``."""
    try:
        pem = content if content.lstrip().startswith(b"-----BEGIN") else json.loads(content)["public_key"].encode()
        key = load_pem_public_key(pem)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Malformed("This is not the hub's public key: save the answer of /api/v1/evidence-key as it is.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise Malformed("This is a public key of another kind: the hub's is Ed25519.")
    return key


def public_key_pem(key: Ed25519PublicKey) -> str:
    """*key* as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
