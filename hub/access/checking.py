"""Whether the policy of ``permissions.py`` lets somebody do something, and in words what they lack."""

from collections.abc import Collection, Iterable

from hub.access.permissions import OPERATOR, PERMISSIONS, ROLES, SCOPES, Permission
from hub.access.spoken import spoken
from hub.core.actor import Actor
from hub.core.errors import NotPermitted
from hub.core.sentences import Sentence, either, in_a_row, worded


def check(actor: Actor, permission: str) -> None:
    """Refuse *actor* unless the policy gives it *permission*. A permission that is not on this page is our fault.

    Raises ``NotPermitted``: which kinds of organisation may, which roles (to a person) or which scope (to a client).
    """
    needed = PERMISSIONS[permission]
    if "operator" in needed.parties and actor.is_operator:
        return
    if actor.organisation_kind not in needed.kinds:
        kinds = in_a_row(sorted(map(spoken, needed.kinds)))
        raise NotPermitted(
            worded("A {kind} may not do this. It is for: {kinds}.", kind=spoken(actor.organisation_kind), kinds=kinds)
        )
    if not opens(needed, actor.scopes):
        raise NotPermitted(_lacking_role(actor, permission) if actor.kind == "person" else _lacking_scope(needed))


def refuse_borrowed(actor: Actor, scopes: Iterable[str]) -> None:
    """A client gives nobody, neither another client nor a person by their roles, what it lacks. Raises ``NotPermitted``.

    Of people this is not asked: the page of the policy says why one who administers may.
    """
    beyond = sorted(set(scopes) - actor.scopes)
    if beyond and actor.kind not in ("system", "person"):
        raise NotPermitted(
            worded(
                "Your client lacks the scope “{scope}”, so it cannot give it to anybody. Ask an administrator, or use a "
                "client that has it.",
                scope=beyond[0],
            )
        )


def opens(line: Permission, scopes: Collection[str]) -> bool:
    """Whether one who has *scopes* has what *line* asks for."""
    return not line.scopes or not line.scopes.isdisjoint(scopes)


def allows(permission: str, kind: str, scopes: Collection[str]) -> bool:
    """Whether an organisation of *kind* may do this at all, through one who has *scopes*. Which records: its parties."""
    line = PERMISSIONS[permission]
    operates = "operator" in line.parties and kind in OPERATOR and "operate" in scopes
    return operates or (kind in line.kinds and opens(line, scopes))


def roles_that_may(permission: str, kind: str) -> list[str]:
    """The roles in an organisation of *kind* to which *permission* is open, in the order of the page."""
    return [name for name, role in ROLES.items() if kind in role.kinds and allows(permission, kind, role.scopes)]


def scopes_for_clients(kind: str) -> frozenset[str]:
    """The scopes that a client of an organisation of *kind* may hold: those that open something to it."""
    return frozenset().union(*(line.scopes for line in PERMISSIONS.values() if kind in line.kinds))


def _lacking_role(actor: Actor, permission: str) -> str:
    roles = roles_that_may(permission, actor.organisation_kind or "")
    return worded(
        "Your roles do not allow this: it is for {for_whom}. Ask one of them, or your administrator for the role.",
        for_whom=either(map(spoken, roles)) if roles else worded("nobody in your organisation"),
    )


def _lacking_scope(needed: Permission) -> str:
    return worded(
        "Your API client lacks the scope {scopes}. Ask your organisation's administrator for a client that has it.",
        scopes=scopes_in_words(needed.scopes),
    )


def scopes_in_words(scopes: Collection[str]) -> Sentence:
    """*scopes*, at least one, and what each is for: one of them is enough."""
    return either(worded("“{scope}” ({what})", scope=each, what=SCOPES[each]) for each in SCOPES if each in scopes)
