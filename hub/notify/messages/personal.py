"""What an e-mail to a person about their own account says: the template of its kind, filled with what that kind names."""

import textwrap
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hub.core.clock import iso
from hub.notify.messages.render import Template, instant_in_words, one_line

_FOLDER: Final = Path(__file__).parent
INSTANTS: Final = ("at", "until", "expires_at")
PERSONAL_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "person.invited": frozenset({"organisation", "by", "path", "expires_at"}),
    "person.new_password": frozenset({"path", "expires_at"}),
    "person.new_address": frozenset({"organisation", "by", "path", "expires_at"}),
    "person.address_asked": frozenset({"by", "at"}),
    "person.address_changed": frozenset({"at"}),
    "person.new_device": frozenset({"device", "at"}),
    "person.password_changed": frozenset({"at"}),
    "person.factor_added": frozenset({"factor", "at"}),
    "person.factor_removed": frozenset({"factor", "at"}),
    "person.disabled": frozenset({"organisation", "at"}),
    "person.desk_overridden": frozenset({"organisation", "by", "at", "until"}),
    "person.desk_gaps": frozenset({"organisation", "number", "at"}),
}
"""Kind → the details it is given: all of them, and no others. ``by`` is a name, ``organisation`` a name, ``factor`` a code
(``totp``, ``passkey``, ``recovery_codes``) or words, ``device`` words, ``path`` where its link leads in the hub (``/…``),
``number`` how many, ``at``, ``until`` and ``expires_at`` instants."""
WITH_A_LINK: Final = frozenset(kind for kind, details in PERSONAL_KINDS.items() if "path" in details)
_WIDTH: Final = 76
_FACTORS: Final = {
    "totp": "an authenticator app",
    "passkey": "a passkey",
    "recovery_codes": "a set of recovery codes",
}


def checked(kind: str, details: Mapping[str, Any]) -> dict[str, str]:
    """*details* as stored: instants in ISO 8601, words on one line. Raises ``ValueError`` when they are not those of *kind*.

    A link leads into the hub alone: a ``path`` that does not begin with one ``/`` is refused.
    """
    if kind not in PERSONAL_KINDS:
        raise ValueError(f"there is no personal e-mail of kind {kind!r}: add its template to notify/messages first")
    if details.keys() != PERSONAL_KINDS[kind]:
        raise ValueError(f"{kind} needs exactly the details {', '.join(sorted(PERSONAL_KINDS[kind]))}")
    path = str(details.get("path", "/"))
    if not path.startswith("/") or path.startswith("//") or one_line(path) != path or " " in path:
        raise ValueError(f"the path of {kind} must begin with one “/” and hold no space")
    return {name: iso(value) if name in INSTANTS else one_line(str(value)) for name, value in details.items()}


def written(kind: str, name: str, details: Mapping[str, str], *, queued_at: datetime, base_url: str) -> tuple[str, str]:
    """Subject line and text of one personal e-mail; *details* as :func:`checked` gave them."""
    template, hub = _template_of(kind), base_url.rstrip("/")
    said = {key: _in_words(key, value) for key, value in details.items()}
    body = template.text.format(**said, link=hub + details.get("path", ""))
    whole = _frame().format(name=name, body=body.strip(), hub=hub, queued=instant_in_words(queued_at))
    return template.subject, "\n\n".join(_paragraph(part) for part in whole.strip().split("\n\n")) + "\n"


def _paragraph(text: str) -> str:
    """*text* in lines of a width that reads well; a link, which stands indented and alone, stays whole."""
    return text if text.startswith(" ") else textwrap.fill(text, _WIDTH, break_on_hyphens=False)


def _in_words(key: str, value: str) -> str:
    if key in INSTANTS:
        return instant_in_words(datetime.fromisoformat(value))
    return _FACTORS.get(value, value) if key == "factor" else value


@lru_cache(maxsize=16)
def _template_of(kind: str) -> Template:
    subject, _, text = (_FOLDER / f"{kind}.txt").read_text(encoding="utf-8").partition("\n\n")
    return Template(subject.removeprefix("Subject: "), text)


@lru_cache(maxsize=1)
def _frame() -> str:
    return (_FOLDER / "person.frame.txt").read_text(encoding="utf-8")
