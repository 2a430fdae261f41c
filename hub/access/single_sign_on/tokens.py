"""Is this token what it says, from whom it says, for us, for this sign-in, and now? Pure: keys and the time are handed in.

An ID token vouches for a person, a logout token ends their sessions; both are signed by the provider (RFC 7519, OpenID Connect
Core 3.1.3.7, Back-Channel Logout 2.6). Algorithms are ours to choose, never the token's: public keys alone, so that neither
``none`` nor a secret made of a public key is ever looked at.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from authlib.oidc.core import CodeIDToken
from joserfc.errors import ClaimError, JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, Key, RSAKey, import_key
from joserfc.jws import JWSRegistry, extract_compact
from joserfc.jwt import JWTClaimsRegistry, Token, decode

from hub.core.errors import Unauthenticated
from hub.core.sentences import worded

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SKEW_SECONDS: Final = 60
"""How far a provider's clock may be from ours."""
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_GOOD_SECONDS: Final = 600
_LEAST_RSA_BITS: Final = 2048
_LONGEST_TOKEN: Final = 64_000
_LONGEST_NAME: Final = 255
_REGISTRY: Final = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
"""Headers that we do not know are ignored, as RFC 7515 4 asks; those marked critical are refused."""

_AGAIN: Final = worded("Begin again. If it happens again, tell your organisation's administrator")
SENTENCES: Final = {
    "token_unreadable": worded("What your organisation's sign-in sent cannot be read. {again}.", again=_AGAIN),
    "token_algorithm": "Your organisation's sign-in signs in a way that the hub does not take. Ask your administrator to have it "
    "sign with RS256, PS256 or ES256.",
    "token_key": "Your organisation's sign-in signed with a key that it does not publish. Begin again in a minute. If it happens "
    "again, tell your administrator.",
    "token_signature": worded("What came is not signed by your organisation's sign-in. {again}.", again=_AGAIN),
    "token_issuer": worded(
        "What came was made by another service than your organisation's sign-in. {again}.", again=_AGAIN
    ),
    "token_audience": worded(
        "Your organisation's sign-in answered for another system. {again}, who compares the client id.", again=_AGAIN
    ),
    "token_expired": "What your organisation's sign-in sent is out of date. Begin again. If it happens again, one of the two "
    "clocks is wrong: tell your administrator.",
    "token_early": "What your organisation's sign-in sent is dated in the future: one of the two clocks is wrong. Tell your "
    "administrator.",
    "token_nonce": "The answer belongs to another sign-in than the one that began here. Begin again.",
    "token_mismatch": worded(
        "Parts of the answer of your organisation's sign-in do not belong together. {again}.", again=_AGAIN
    ),
    "token_kind": "This is no logout token.",
}
_OF_CLAIM: Final = {
    "iss": "token_issuer",
    "aud": "token_audience",
    "azp": "token_audience",
    "exp": "token_expired",
    "nbf": "token_early",
    "iat": "token_early",
    "nonce": "token_nonce",
    "at_hash": "token_mismatch",
}


@dataclass(frozen=True)
class Expected:
    """For whom, and from whom, a token must be; *nonce* and *access_token*: of the sign-in it belongs to."""

    issuer: str
    client_id: str
    nonce: str = field(default="", repr=False)
    access_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class LoggedOut:
    """Whose sessions end: those of the provider's session *sid*, or, without one, all of the person *sub*."""

    sid: str | None
    sub: str | None


def key_id_of(token: str) -> str | None:
    """The ``kid`` of *token*, of which nothing is believed yet. Raises ``Unauthenticated`` where we would not verify it."""
    with _faults_told():
        if len(token) > _LONGEST_TOKEN:
            refuse("token_unreadable")
        header = extract_compact(token.encode(), registry=_REGISTRY).headers()
        _REGISTRY.check_header(header)
        if header["alg"] not in ALGORITHMS:
            refuse("token_algorithm")
        return header.get("kid")


def keys_of_set(document: Mapping[str, Any]) -> list[Key]:
    """The keys of a JWK set with which a provider may sign: public ones, strong enough, meant for signatures."""
    listed = document.get("keys")
    return [key for row in (listed if isinstance(listed, list) else []) for key in _usable(row)]


def _usable(row: object) -> Iterator[Key]:
    if not isinstance(row, dict) or row.get("use", "sig") != "sig" or row.get("kty") not in ("RSA", "EC"):
        return
    if row["kty"] == "RSA" and len(str(row.get("n"))) * 6 < _LEAST_RSA_BITS:
        return  # the library would only warn
    try:
        key = import_key({name: said for name, said in row.items() if name in _PUBLIC_PARTS})
    except (JoseError, ValueError, TypeError, KeyError):
        return  # RFC 7517 5: a key that cannot be used does not spoil the set
    if isinstance(key, ECKey) or (isinstance(key, RSAKey) and key.public_key.key_size >= _LEAST_RSA_BITS):
        yield key


_PUBLIC_PARTS: Final = frozenset({"kty", "use", "alg", "kid", "n", "e", "crv", "x", "y"})


def key_with(keys: Iterable[Key], key_id: str | None) -> Key | None:
    """The key that *key_id* names; without a name, the only one there is."""
    held = list(keys)
    if key_id is None:
        return held[0] if len(held) == 1 else None
    return next((key for key in held if key.kid == key_id), None)


def judged_id_token(token: str, key: Key, expected: Expected, *, seconds: int) -> dict[str, Any]:
    """The claims of an ID token that is good for *expected* at *seconds* since 1970. Raises ``Unauthenticated``."""
    signed = _verified(token, key)
    options = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
    }
    params = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}
    with _faults_told():
        claims = CodeIDToken(signed.claims, signed.header, options, params)
        claims.validate(now=seconds, leeway=SKEW_SECONDS)
        if not expected.nonce or not 0 < len(claims["sub"]) <= _LONGEST_NAME:
            refuse("token_unreadable")
        return dict(claims)


def judged_logout_token(token: str, key: Key, expected: Expected, *, seconds: int) -> LoggedOut:
    """Whose sessions a logout token ends, if it is good at *seconds* since 1970. Raises ``Unauthenticated``."""
    claims = _verified(token, key).claims
    options: dict[str, Any] = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "iat": {"essential": True},
        "jti": {"essential": True},
    }
    with _faults_told():
        JWTClaimsRegistry(seconds, SKEW_SECONDS, **options).validate(claims)
    if claims["iat"] < seconds - _LOGOUT_GOOD_SECONDS - SKEW_SECONDS:
        refuse("token_expired")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict) or "nonce" in claims:
        refuse("token_kind")
    sid, sub = (claims.get(name) if isinstance(claims.get(name), str) else None for name in ("sid", "sub"))
    if not (sid or sub):
        refuse("token_kind")
    return LoggedOut(sid or None, sub or None)


def _verified(token: str, key: Key) -> Token:
    with _faults_told():
        return decode(token, key, registry=_REGISTRY)


@contextmanager
def _faults_told() -> Iterator[None]:
    """Every way in which a token can be wrong, as one sentence each; what a library says may quote the token."""
    try:
        yield
    except ClaimError as fault:
        refuse(_OF_CLAIM.get(fault.claim, "token_unreadable"))
    except UnsupportedAlgorithmError:
        refuse("token_algorithm")
    except JoseError as fault:
        refuse("token_signature" if fault.error == "bad_signature" else "token_unreadable")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        refuse("token_unreadable")


def refuse(code: str) -> NoReturn:
    """Raise ``Unauthenticated`` with the sentence of *code*."""
    raise Unauthenticated(SENTENCES[code], code=code) from None
