"""Why somebody was refused, signed out or let in, as the audit's entries say it to a person."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext

from hub.web.problem_words import PROBLEMS

_AT_SIGN_IN: Final = {
    "password": lazy_gettext("the password was wrong"),
    "password_again": lazy_gettext("the password was wrong, when it was asked for again"),
    "no_account": lazy_gettext("there is no such account"),
    "too_many": lazy_gettext("too many tries: whoever tries has to wait"),
    "too_many_codes": lazy_gettext("too many codes: whoever tries has to wait"),
    "disabled": lazy_gettext("the account was disabled, or the organisation closed"),
    "provider_first": lazy_gettext("it was not begun at the organisation’s own sign-in"),
    "begin_again": lazy_gettext("it took too long, or was used before"),
    "another_browser": lazy_gettext("it was begun in another browser"),
    "no_role": lazy_gettext("none of the person’s groups has a role"),
    "no_address": lazy_gettext("the organisation’s sign-in gave no e-mail address that it had checked"),
    "another_address": lazy_gettext("it was somebody with another e-mail address"),
    "provider_refused": lazy_gettext("the organisation’s sign-in said no"),
    "provider_unavailable": lazy_gettext("the organisation’s sign-in did not answer as it should"),
}
_OF_TOKENS: Final = {
    "token_unreadable": lazy_gettext("what the organisation’s sign-in sent cannot be read"),
    "token_algorithm": lazy_gettext("it was signed in a way that is not taken"),
    "token_key": lazy_gettext("it was signed with a key that the organisation’s sign-in does not publish"),
    "token_signature": lazy_gettext("it was not signed by the organisation’s sign-in"),
    "token_issuer": lazy_gettext("it was made by another service"),
    "token_audience": lazy_gettext("it was made for another system"),
    "token_expired": lazy_gettext("it was out of date"),
    "token_early": lazy_gettext("it was dated in the future"),
    "token_nonce": lazy_gettext("it belonged to another sign-in"),
    "token_mismatch": lazy_gettext("its parts do not belong together"),
    "token_kind": lazy_gettext("it was a token of another kind"),
}
_OF_FACTORS: Final = {
    "wrong_totp": lazy_gettext("the code was wrong, or used before"),
    "wrong_recovery_code": lazy_gettext("the recovery code was wrong, or used before"),
    "too_many_tries": lazy_gettext("the tries of that sign-in were used up"),
    "late": lazy_gettext("it took too long, or was used before"),
    "unknown_passkey": lazy_gettext("the passkey is not known"),
    "known_passkey": lazy_gettext("the passkey was known already"),
    "too_many_passkeys": lazy_gettext("there are as many passkeys as there may be"),
    "not_verified": lazy_gettext("the passkey could not be checked"),
    "sign_count": lazy_gettext("the passkey may be a copy"),
}
_OF_LINKS: Final = {
    "invitation_used": lazy_gettext("the link was used before"),
    "invitation_withdrawn": lazy_gettext("the link was withdrawn"),
    "invitation_expired": lazy_gettext("the link had expired"),
    "address_used": lazy_gettext("the link was used before"),
    "address_withdrawn": lazy_gettext("the link was withdrawn"),
    "address_expired": lazy_gettext("the link had expired"),
    "has_account": lazy_gettext("the e-mail address has an account"),
}
_OF_SESSIONS: Final = {
    "signed_out": lazy_gettext("signed out"),
    "revoked": lazy_gettext("it was ended on purpose"),
    "password_changed": lazy_gettext("the password was changed"),
    "roles_changed": lazy_gettext("a role was taken away"),
    "provider_signed_out": lazy_gettext("signed out at the organisation"),
}
_OF_PEOPLE: Final = {
    "invitation": lazy_gettext("by an invitation"),
    "provider": lazy_gettext("by the organisation’s own sign-in"),
}
BECAUSE_WORDS: Final[Mapping[str, Any]] = {
    **PROBLEMS, **_AT_SIGN_IN, **_OF_TOKENS, **_OF_FACTORS, **_OF_LINKS, **_OF_SESSIONS, **_OF_PEOPLE,
}  # fmt: skip
"""By what entries hold as ``because``; where a request was refused, the code of its problem document."""
