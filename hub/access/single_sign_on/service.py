"""Signing in with an organisation's own OpenID Connect provider: authorization code, PKCE, state and nonce.

1. ``start`` keeps a row of ``sign_in`` for ten minutes: its token is the ``state``; sealed in it are the nonce, the PKCE verifier
   and the digest of a cookie, so that only the browser that began can finish.
2. The provider sends the browser back. ``take`` takes the row out, whatever comes of it: a state is good once.
3. ``answered`` (no transaction open: it asks the provider) exchanges the code and judges the ID token.
4. ``single_sign_on_people`` says who it is; ``sign_in.go_on`` what is still missing.

The provider is the one that the row names, never one that the answer names: another one's answer is refused (RFC 9207).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from joserfc.errors import JoseError
from joserfc.jws import extract_compact
from sqlalchemy.orm import Session

from hub.access import policy, sessions
from hub.access.sign_in import queries as sign_in_queries
from hub.access.sign_in import service as sign_in
from hub.access.sign_in import waiting
from hub.access.single_sign_on import provider_queries as providers_queries
from hub.access.single_sign_on import queries
from hub.access.single_sign_on.issuers import Client, Issuers, Metadata, Tokens, authorization_address
from hub.access.single_sign_on.queries import Party
from hub.access.single_sign_on.tokens import (
    SKEW_SECONDS,
    Expected,
    LoggedOut,
    judged_id_token,
    judged_logout_token,
    key_id_of,
    refuse,
)
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.errors import NotFound, Unauthenticated
from hub.core.ids import is_ref
from hub.core.secrets import KeyRing

STAGE: Final = "provider"
LASTS: Final = timedelta(minutes=10)
_LATE: Final = "That took too long, or was done already. Begin again."
_ELSEWHERE: Final = "This sign-in began in another browser, or before the last one you began here. Begin again."
_SAID_NO: Final = "Your organisation's sign-in did not let you in. Begin again, or ask your administrator why."
_GONE: Final = "Nobody signs in here this way. Choose your organisation from the list."


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and what its cookie holds meanwhile."""

    address: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True)
class Asked:
    """What a sign-in under way knew; *person_id*: of whoever asked to be joined to the provider."""

    provider_id: int
    person_id: int | None
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    browser_digest: str = field(repr=False)
    onward: str


@dataclass(frozen=True)
class Answer:
    """A judged answer: who the provider says it is, and the tokens it came with."""

    claims: Mapping[str, Any] = field(repr=False)
    tokens: Tokens = field(repr=False)

    @property
    def session(self) -> str | None:
        """The provider's own session, so that its end can end ours."""
        sid = self.claims.get("sid")
        return sid if isinstance(sid, str) else None


def party_with(session: Session, ref: str, *, now: datetime) -> Party:
    """The provider *ref*, through which people may sign in. Raises ``NotFound``."""
    found = providers_queries.in_use(session, ref, london_date(now)) if is_ref(ref, "idp") else None
    return party_of(session, found.id if found else 0, now=now)


def party_of(session: Session, provider_id: int, *, now: datetime) -> Party:
    """The provider *provider_id*, if people may still sign in through it. Raises ``NotFound``."""
    party = queries.party(session, provider_id, london_date(now))
    if party is None:
        raise NotFound(_GONE)
    return party


def client_of(keys: KeyRing, party: Party) -> Client:
    """What the hub is to *party*, its secret opened."""
    secret = keys.open(party.ref, party.sealed_secret)["secret"] if party.sealed_secret else None
    return Client(party.issuer, party.client_id, secret)


# --- to the provider and back -------------------------------------------------------------------------------------------


def start(
    session: Session,
    party: Party,
    metadata: Metadata,
    *,
    redirect_uri: str,
    onward: str,
    now: datetime,
    person_id: int | None = None,
) -> Begun:
    """Begin a sign-in at *party*. *onward*: where to go afterwards, a path of the hub."""
    nonce, verifier, browser = (sessions.new_token() for _ in range(3))
    known = {"nonce": nonce, "verifier": verifier, "browser": _digest(browser), "onward": onward}
    state = waiting.begin(session, STAGE, known, provider_id=party.id, person_id=person_id, now=now, lasts=LASTS)
    client = Client(party.issuer, party.client_id, None)
    longest = str(int(policy.in_force().session.absolute.total_seconds()))
    address = authorization_address(
        metadata, client, redirect_uri=redirect_uri, state=state, nonce=nonce, verifier=verifier, max_age=longest
    )
    return Begun(address, browser)


def take(session: Session, state: str, *, now: datetime) -> Asked | None:
    """The sign-in that *state* belongs to, which is thereby used up; ``None`` where it took too long or was used before."""
    row = waiting.take(session, state, STAGE)
    if row is None or row.ends_at <= now or row.provider_id is None:
        return None
    known = waiting.known_to(keys_of(session), row)
    return Asked(row.provider_id, row.person_id, known["nonce"], known["verifier"], known["browser"], known["onward"])


def refuse_unless_asked(asked: Asked | None, browser: str | None) -> Asked:
    """*asked*, if it is there and began in the browser with this cookie. Raises ``Unauthenticated``."""
    if asked is None:
        raise Unauthenticated(_LATE, code="begin_again")
    if not hmac.compare_digest(_digest(browser or ""), asked.browser_digest):
        raise Unauthenticated(_ELSEWHERE, code="another_browser")
    return asked


def answered(
    issuers: Issuers,
    client: Client,
    asked: Asked,
    said: Mapping[str, str],
    *,
    redirect_uri: str,
    now: datetime,
    seconds: int,
) -> Answer:
    """What the provider says, judged at *seconds* since 1970 of a clock that nobody has moved. *said*: its answer's query.

    Asks the provider: never call it in a transaction. Raises ``Unauthenticated`` and ``StateConflict``.
    """
    metadata = issuers.metadata(client.issuer, now=now)
    if said.get("iss", "" if metadata.names_itself else client.issuer) != client.issuer:
        refuse("token_issuer")
    if "error" in said or not said.get("code"):
        raise Unauthenticated(_SAID_NO, code="provider_refused")
    tokens = issuers.exchanged(metadata, client, code=said["code"], verifier=asked.verifier, redirect_uri=redirect_uri)
    expected = Expected(client.issuer, client.client_id, asked.nonce, tokens.access_token)
    key = issuers.key(metadata, key_id_of(tokens.id_token), now=now)
    claims = judged_id_token(tokens.id_token, key, expected, seconds=seconds)
    return Answer(claims, tokens)


def completed(issuers: Issuers, client: Client, answer: Answer, wanted: Sequence[str], *, now: datetime) -> Answer:
    """*answer*, and where the ID token lacks one of the claims *wanted*, what the provider tells of the person besides it.

    What the ID token says goes first. Another person's claims are refused (OpenID Connect Core 5.3.2).
    """
    metadata = issuers.metadata(client.issuer, now=now)
    is_whole = all(name in answer.claims for name in wanted)
    if is_whole or not metadata.userinfo_endpoint or not answer.tokens.access_token:
        return answer
    more = issuers.userinfo(metadata, answer.tokens.access_token)
    if more.get("sub") != answer.claims["sub"]:
        refuse("token_mismatch")
    return Answer({**more, **answer.claims}, answer.tokens)


def factors_of(party: Party, answer: Answer) -> list[str]:
    """What was proved: the provider's word; with ``amr: mfa`` (RFC 8176) also two factors, where its organisation trusts that."""
    methods = answer.claims.get("amr")
    has_mfa = isinstance(methods, list) and "mfa" in methods
    return ["provider", "provider_mfa"] if party.proves_second_factor and has_mfa else ["provider"]


def proved_at(answer: Answer, *, now: datetime, seconds: int) -> datetime:
    """When the person last showed the provider who they are: sensitive acts ask anew after some minutes.

    A provider lets in whom it knows without asking, so that our sign-in may be no proof of who sits there now. One that does
    not say when (``auth_time``, which ``max_age`` asks for) is taken to have asked. Raises ``Unauthenticated`` where that was
    longer ago than a session may last.
    """
    said = answer.claims.get("auth_time")
    age = timedelta(seconds=max(0, seconds - int(said))) if isinstance(said, int | float) else timedelta(0)
    if age > policy.in_force().session.absolute + timedelta(seconds=SKEW_SECONDS):
        refuse("token_expired")
    return now - age


def record_refusal(session: Session, provider_id: int | None, because: str, *, now: datetime) -> None:
    """Record that somebody was refused: through which provider, and why; never who they said they were."""
    party = queries.party(session, provider_id, london_date(now)) if provider_id is not None else None
    guest = Actor("guest", "guest", organisation_id=party.organisation_id if party else None)
    subject = party.ref if party else sign_in.NOBODY
    audit.record(session, guest, Event.SIGN_IN_REFUSED, subject, now=now, details={"because": because})


# --- out again ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaving:
    """What signing out at the provider needs of the session that ends here."""

    issuer: str
    client_id: str
    id_token: str = field(repr=False)


def leaving(session: Session, session_ref: str) -> Leaving | None:
    """For a session that began at a provider; ask before it is ended, which forgets the token."""
    token = sessions.provider_token(session, session_ref)
    provider = queries.provider_of_session(session, session_ref) if token else None
    return Leaving(provider.issuer, provider.client_id, token) if provider and token else None


def way_out(metadata: Metadata, left: Leaving, *, come_back_to: str) -> str | None:
    """Where the browser goes to sign out at the provider too (RP-Initiated Logout 1.0); ``None`` if it has no such place."""
    if metadata.end_session_endpoint is None:
        return None
    said = {"id_token_hint": left.id_token, "client_id": left.client_id, "post_logout_redirect_uri": come_back_to}
    mark = "&" if urlsplit(metadata.end_session_endpoint).query else "?"
    return f"{metadata.end_session_endpoint}{mark}{urlencode(said)}"


def named_in(token: str) -> tuple[str, list[str]]:
    """The issuer and the audiences that a logout token names, of which nothing is believed yet. Raises ``Unauthenticated``."""
    key_id_of(token)
    try:
        claims = json.loads(extract_compact(token.encode()).payload)
        audience = claims.get("aud")
    except (JoseError, ValueError, AttributeError, RecursionError):
        refuse("token_unreadable")
    audiences = audience if isinstance(audience, list) else [audience]
    return str(claims.get("iss")), [each for each in audiences if isinstance(each, str)][:10]


def parties_named(session: Session, issuer: str, audiences: Sequence[str], *, now: datetime) -> list[Party]:
    """The providers in use that have this issuer, and of which the hub is one of these clients."""
    today = london_date(now)
    found = providers_queries.that_may_have_issued(session, issuer, audiences, today)
    return [party for party in (queries.party(session, row.id, today) for row in found) if party is not None]


def logged_out(issuers: Issuers, party: Party, token: str, *, now: datetime, seconds: int) -> LoggedOut:
    """Whose sessions *token* ends, if *party* made it for us. Asks the provider; raises as :func:`answered`."""
    metadata = issuers.metadata(party.issuer, now=now)
    key = issuers.key(metadata, key_id_of(token), now=now)
    return judged_logout_token(token, key, Expected(party.issuer, party.client_id), seconds=seconds)


def end_sessions(session: Session, party: Party, gone: LoggedOut, *, now: datetime) -> int:
    """End the sessions that a logout token names, and sign-ins that are under way; return how many sessions."""
    person = queries.person_of_subject(session, party.id, gone.sub) if gone.sub else None
    if person is not None:
        sign_in_queries.use_up_of(session, person.id)
    if gone.sid:
        ended = sessions.end_of_provider(session, party.id, gone.sid, now=now)
    else:
        ended = sessions.end_all(session, person.id, because="provider_signed_out", now=now) if person else 0
    audit.record(session, SYSTEM, Event.LOGOUT_TOKEN_TAKEN, party.ref, now=now, details={"sessions_ended": ended})
    return ended


def _digest(browser: str) -> str:
    return hashlib.sha256(browser.encode("utf-8", "replace")).hexdigest()
