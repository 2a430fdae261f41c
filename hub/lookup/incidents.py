"""The incident reference that goes before every look-up: is it one of this organisation's, and how is it found again?"""

from hub.core.errors import Invalid
from hub.core.secrets import KeyRing
from hub.core.sentences import worded
from hub.lookup.policy import DisclosurePolicy


def checked_incident(policy: DisclosurePolicy, gss_code: str | None, given: str | None) -> str:
    """*given* as it is kept: trimmed, blanks run together. Raises ``Invalid`` where it is none of this organisation's."""
    words = " ".join((given or "").split())
    pattern = policy.incident_of(gss_code)
    if not words:
        raise _refusal("Enter the incident reference: nothing is looked up without one.")
    if not pattern.fits(words):
        raise _refusal(
            worded(
                "This is not an incident reference of your organisation. It looks like {example}.",
                example=pattern.example,
            )
        )
    return words


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"incident_reference": [sentence]})


def incident_index(keys: KeyRing, incident: str) -> bytes:
    """The blind value under which the look-ups of one incident are found: however it was spaced and in whichever case."""
    return keys.blind("incident", _folded(incident))


def incident_indexes(keys: KeyRing, incident: str) -> tuple[bytes, ...]:
    """The same under every key: what to ask for."""
    return keys.blinds("incident", _folded(incident))


def _folded(incident: str) -> str:
    return "".join(letter for letter in incident.casefold() if letter.isalnum())
