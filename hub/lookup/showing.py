"""How each field of an answer is made from what is known: one function a field, and a line of the policy for each. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hub.directory.duty.rota import OnDuty
from hub.lookup.knowing import Around, Known
from hub.registry.names.indexes import read_date

Shown = dict[str, Any]


def shown(known: Known, around: Around, fields: Sequence[str]) -> Shown:
    """The fields named, and no other; one of which nothing is known is ``None``."""
    return {field: SHOW[field](known, around) for field in fields}


def _initials(known: Known, _: Around) -> str | None:
    names = f"{known.child.get('given_names') or ''} {known.child.get('family_name') or ''}"
    letters = [word[0].upper() for word in names.replace("-", " ").split()]
    return " ".join(f"{letter}." for letter in letters) or None


def _year_of_birth(known: Known, _: Around) -> int | None:
    born_on = known.child.get("born_on")
    return int(str(born_on)[:4]) if born_on else None


def _home(known: Known, _: Around) -> str | None:
    """Not of a placement that has not begun: the child is not there yet."""
    name: str | None = known.provider_name or known.placement.get("provider_name")
    return name if known.status != "to_come" else None


def _town(known: Known, _: Around) -> str | None:
    lines: list[str] = known.placement.get("address", {}).get("lines") or []
    if known.status == "to_come" or len(lines) < 2 or any(letter.isdigit() for letter in lines[-1]):
        return None
    return lines[-1]


def _placing_authority(known: Known, _: Around) -> Any:
    return dict(known.placing) if known.placing else None


def _telephone(known: Known, around: Around) -> Shown | None:
    """The desk that answers now; where none does, the number for out of hours in the council's notice, if it gave one."""
    on_duty = around.on_duty
    phone = known.placement.get("contacts", {}).get("out_of_hours", {}).get("phone")
    if on_duty is not None and not (on_duty.is_gap and phone):
        return _desk(on_duty)
    if not phone:
        return None
    rota = _desk(on_duty) if on_duty is not None else {"until": None, "then": None}
    return {"desk": "out of hours", "phone": phone, "kind": "notice", "until": rota["until"], "then": rota["then"]}


def _desk(on_duty: OnDuty) -> Shown:
    then = on_duty.then
    return {
        "desk": on_duty.name,
        "phone": on_duty.phone,
        "kind": on_duty.kind,
        "until": on_duty.until,
        "then": {"desk": then.name, "phone": then.phone} if then else None,
    }


def _placement_status(known: Known, _: Around) -> Shown:
    return {"status": known.status, "starts_at": known.starts_at, "ends_at": known.ends_at}


def _carer(known: Known, _: Around) -> Shown | None:
    carer = known.placement.get("carer") or {}
    if not carer or known.status == "to_come":
        return None
    return {"name": carer.get("name"), "phone": carer.get("phone")}


def _markers(_: Known, around: Around) -> list[Shown]:
    return [
        {
            "ref": each.ref,
            "marker": each.code,
            "author": each.author,
            "organisation": each.organisation["name"],
            "noted_on": each.noted_on,
            "review_on": each.review_on,
            "is_due_for_review": each.is_due_for_review,
        }
        for each in around.markers
    ]


def _grade_advice(_: Known, around: Around) -> Shown | None:
    advice = around.advice
    if advice is None:
        return None
    return {
        "because": list(advice.because),
        "authors": list(advice.authors),
        "expires_on": advice.expires_on,
        "is_due_for_review": advice.is_due_for_review,
    }


def _last_episodes(_: Known, around: Around) -> list[Shown]:
    return [
        {
            "category": each.category,
            "state": each.state,
            "missing_from_at": each.missing_from_at,
            "located_at": each.located_at,
            "returned_at": each.returned_at,
            "grade": each.grade,
        }
        for each in around.episodes
    ]


def _held(name: str) -> Callable[[Known, Around], Shown | None]:
    """That a plan or form exists, who holds it, since when: never the thing itself. ``None``: nobody has said.

    Of a shielded child not who holds it: that is mostly whoever it lives with.
    """

    def show(known: Known, _: Around) -> Shown | None:
        held = known.placement.get(name)
        if held is None:
            return None
        by = None if known.is_shielded else held.get("by")
        return {"held": held["held"], "by": by, "updated_on": read_date(held.get("updated_on"))}

    return show


def _marker_details(_: Known, around: Around) -> list[Shown]:
    return [
        {"ref": each.ref, "marker": each.code, "detail": each.detail, "source": each.source}
        for each in around.markers
        if each.detail or each.source
    ]


def _from_placement(name: str) -> Callable[[Known, Around], Any]:
    return lambda known, _: known.placement.get(name)


def _social_worker(known: Known, _: Around) -> Shown | None:
    worker = known.placement.get("contacts", {}).get("social_worker")
    return {name: worker.get(name) for name in ("name", "phone", "email")} if worker else None


SHOW: Final[Mapping[str, Callable[[Known, Around], Any]]] = {
    "initials": _initials,
    "year_of_birth": _year_of_birth,
    "home": _home,
    "town": _town,
    "placing_authority": _placing_authority,
    "out_of_hours": _telephone,
    "placement_status": _placement_status,
    "carer": _carer,
    "markers": _markers,
    "grade_advice": _grade_advice,
    "last_episodes": _last_episodes,
    "trigger_plan": _held("trigger_plan"),
    "philomena": _held("philomena"),
    "marker_details": _marker_details,
    "specialist_care": _from_placement("specialist_care"),
    "child_protection_plan": _from_placement("child_protection_plan"),
    "social_worker": _social_worker,
    "ring": _telephone,
}
"""Field → how it is made. The same words as in ``config/policy/disclosure.toml``, neither more nor fewer."""
