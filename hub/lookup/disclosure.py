"""What may be shown of a child, to whom, for which purpose, in which stage? Pure: ``config/policy/disclosure.toml`` decides."""

from hub.lookup.policy import DisclosurePolicy


def relation_of(organisation_id: int, organisation_kind: str | None, *, placing: int | None, host: int | None,
                force: int | None) -> str:  # fmt: skip
    """What the asker is to a child whose placement has these parties (ids of organisations, ``None`` where not known)."""
    if organisation_kind == "police_force":
        return "force_of_placement" if force == organisation_id else "other_force"
    if placing == organisation_id:
        return "placing_authority"
    return "host_authority" if host == organisation_id else "other_council"


def relation_told(relation: str, *, is_shielded: bool) -> str | None:
    """*relation* as the asker is told it: of a shielded child only that it is their own, for any other says where it lives."""
    return None if is_shielded and relation != "placing_authority" else relation


def band_of(policy: DisclosurePolicy, score: float) -> str | None:
    """How like a child of *score* (0 to 1) is: ``strong`` from the disclosure threshold on, ``weak``; ``None``: not offered."""
    if score >= policy.likeness.strong_from:
        return "strong"
    return "weak" if score >= policy.likeness.shown_from else None


def fields_for(
    policy: DisclosurePolicy,
    purpose: str,
    stage: str,
    relation: str,
    *,
    is_shielded: bool,
    broke_glass: bool,
    band: str = "strong",
) -> tuple[str, ...]:
    """The codes of the fields that may be shown, in the policy's order; nothing that it does not name for this case.

    A shielded child is shown by whom to ring alone, until the glass is broken; a shield is never seen by a weak likeness.
    """
    if is_shielded and not broke_glass:
        return policy.shielded if band == "strong" or stage != "possible_match" else ()
    allowed = policy.purposes[purpose].stages[stage]
    withheld = set(policy.relations[relation])
    if stage == "possible_match" and band == "weak":
        withheld |= set(allowed) - set(policy.likeness.weak)
    if is_shielded:
        withheld |= set(policy.break_glass.withheld)
    return tuple(field for field in allowed if field not in withheld)
