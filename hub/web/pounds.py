"""Money in a form: people type pounds, schemas load whole pence. Read digit by digit: no float ever holds an amount."""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from flask_babel import gettext, lazy_gettext
from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from hub.spotpurchase.money.pricing import in_pounds
from hub.spotpurchase.pence import Pence
from hub.web import forms
from hub.web.forms import Errors, Filled, Unspelt

_POUNDS: Final = re.compile(r"£?\s*(\d{1,7}|\d{1,3}(?:,\d{3})+)(?:\.(\d{2}))?", re.ASCII)
_NOT_POUNDS: Final = lazy_gettext("Enter an amount in pounds, such as 185 or 185.50.")


def pence_in(written: str) -> int:
    """``185``, ``185.00``, ``£1,185.00`` as whole pence. Raises :class:`Unspelt` for anything else, ``185.5`` too."""
    found = _POUNDS.fullmatch(written.strip())
    if found is None:
        raise Unspelt(_NOT_POUNDS)
    return int(found[1].replace(",", "")) * 100 + int(found[2] or 0)


def typed_from(pence: int) -> str:
    """Whole pence as they stand in a control: ``185.00``."""
    return f"{pence // 100}.{pence % 100:02d}"


def filled(
    schema: Schema,
    names: Collection[str],
    form: "MultiDict[str, str]",
    *,
    amounts: Collection[str],
    partial: bool = False,
) -> Filled:
    """As ``forms.filled``, for a form in whose controls *amounts* pounds are typed where the schema has whole pence."""
    in_pence, wrong = _in_pence(form, amounts)
    given = forms.filled(schema, names, in_pence, partial=partial)
    errors = {**given.errors, **_bounds(schema, amounts, given.errors, form), **wrong}
    in_order = {name: errors[name] for name in sorted(errors, key=lambda name: _place(name, names))}
    return replace(given, typed=forms.typed_in(names, form), errors=in_order, loaded={} if in_order else given.loaded)


def _bounds(schema: Schema, amounts: Collection[str], errors: Errors, form: "MultiDict[str, str]") -> Errors:
    """What the schema refuses of an amount it says in pence: told in pounds, as it was typed."""
    kinds = {name: forms.field_at(schema, name) for name in amounts if name in errors and form.get(name, "").strip()}
    return {
        name: gettext(
            "Enter an amount between %(least)s and %(most)s.",
            least=in_pounds(kind.slip_under),
            most=in_pounds(kind.most),
        )
        for name, kind in kinds.items()
        if isinstance(kind, Pence)
    }


def _in_pence(form: "MultiDict[str, str]", amounts: Collection[str]) -> tuple["MultiDict[str, str]", Errors]:
    made, wrong = MultiDict(form), Errors()
    for name in amounts:
        written = form.get(name, "").strip()
        try:
            made[name] = str(pence_in(written)) if written else ""
        except Unspelt as fault:
            made[name], wrong[name] = "", str(fault)
    return made, wrong


def _place(name: str, names: Collection[str]) -> int:
    """Where a control stands on the page: errors are told in that order, those of the whole form first."""
    return list(names).index(name) if name in names else -1
