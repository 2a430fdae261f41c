"""Which group of the organisation's own sign-in leads to which role: rows of a form, and the map that they stand for."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from hub.web import forms

EMPTY_ROWS: Final = 4
MOST_ROWS: Final = 200


def rows(typed: forms.Typed) -> list[int]:
    """The numbers of the rows to show: those with something in them, and some that are empty."""
    used = [number for number in range(MOST_ROWS) if typed.get(f"group-{number}") or typed.get(f"role-{number}")]
    first = used[-1] + 1 if used else 0
    return [*range(first), *range(first, min(first + EMPTY_ROWS, MOST_ROWS))]


def spelt(group_roles: Mapping[str, str]) -> forms.Typed:
    """The map as it stands in the rows."""
    typed: forms.Typed = {}
    for number, (group, role) in enumerate(sorted(group_roles.items())):
        typed |= {f"group-{number}": group, f"role-{number}": role}
    return typed


def read(form: "MultiDict[str, str]") -> tuple[dict[str, str], forms.Typed, forms.Errors]:
    """The map, what stands in the rows, and what is wrong with them."""
    made: dict[str, str] = {}
    typed = {key: form[key] for key in form if key.startswith(("group-", "role-"))}
    errors: forms.Errors = {}
    for number in range(MOST_ROWS):
        group, role = " ".join(form.get(f"group-{number}", "").split()), form.get(f"role-{number}", "")
        if not (group or role):
            continue
        if not role:
            errors[f"role-{number}"] = gettext("Choose the role that members of “%(group)s” have.", group=group)
        elif not group:
            errors[f"group-{number}"] = gettext("Enter the group’s name as your provider sends it, or clear the role.")
        elif group in made:
            errors[f"group-{number}"] = gettext("This group stands above already. A group has one role.")
        else:
            made[group] = role
    if not made and not errors:
        errors["group-0"] = gettext("Enter at least one group, and choose its role.")
    return made, typed, errors
