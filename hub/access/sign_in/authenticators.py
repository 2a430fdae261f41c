"""What WebAuthn asks of an authenticator, and whether its answer is good, without a row of the database.

Its library takes five megabytes, and few processes meet a passkey: this module is imported inside the functions that need it.
"""

from collections.abc import Sequence
from typing import Any, Final

import webauthn
from webauthn.helpers import exceptions, options_to_json_dict, parse_authentication_credential_json, structs
from webauthn.registration.verify_registration_response import VerifiedRegistration

from hub.access.sign_in.passkeys import MINUTES, RelyingParty

Credential = structs.AuthenticationCredential
_MILLISECONDS: Final = MINUTES * 60_000
_LONGEST_ANSWER: Final = 20_000
_UNREADABLE: Final = (
    exceptions.WebAuthnException, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError,
)  # fmt: skip
"""What the library lets through when an answer is not what a browser would send."""


def options_to_answer(party: RelyingParty, challenge: bytes, known: Sequence[bytes]) -> dict[str, Any]:
    """What the browser is asked, as WebAuthn's JSON, to answer with a passkey: one of *known*, or any where none is."""
    asked = webauthn.generate_authentication_options(
        rp_id=party.host,
        challenge=challenge,
        timeout=_MILLISECONDS,
        allow_credentials=_described(known),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(asked)


def options_to_register(
    party: RelyingParty, challenge: bytes, known: Sequence[bytes], *, ref: str, email: str
) -> dict[str, Any]:
    """What the browser is asked, as WebAuthn's JSON, to make another passkey than those *known* for the person *ref*."""
    asked = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name="Placement notification hub",
        user_id=ref.encode(),
        user_name=email,
        challenge=challenge,
        timeout=_MILLISECONDS,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return options_to_json_dict(asked)


def _described(known: Sequence[bytes]) -> list[structs.PublicKeyCredentialDescriptor]:
    return [structs.PublicKeyCredentialDescriptor(id=each) for each in known]


def registered(answer: str, challenge: bytes, party: RelyingParty) -> VerifiedRegistration | None:
    """The passkey that was made, by the browser's JSON; ``None`` where that is not good."""
    if len(answer) > _LONGEST_ANSWER:
        return None
    try:
        return webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _UNREADABLE:
        return None


def read(answer: str) -> Credential | None:
    """The browser's JSON, of which nothing is believed yet; ``None`` where it cannot be read."""
    if len(answer) > _LONGEST_ANSWER:
        return None
    try:
        return parse_authentication_credential_json(answer)
    except _UNREADABLE:
        return None


def verified_count(credential: Credential, challenge: bytes, public_key: bytes, party: RelyingParty) -> int | None:
    """How often the authenticator says that the passkey was used; ``None`` where the answer is not good."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # judged by the guarded UPDATE, where two at once cannot both be right
            require_user_verification=True,
        )
    except _UNREADABLE:
        return None
    return verified.new_sign_count
