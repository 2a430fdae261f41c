"""What everything is about: the child whom Leeds has placed in Willow House, in Kent, and what each did; and the noise's."""

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from hub.core.actor import Actor
from hub.registry.desk import passing_on, questions
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from tests.access.matrix_world import ARRIVALS, START, record
from tests.conftest import NOW
from tests.registry.papers import NORWICH
from tests.registry.sample_files import pdf
from tests.registry.two_senders import council_notice, home_notice, named

if TYPE_CHECKING:
    from tests.access.matrix_builder import Builder


def add_placement(builder: "Builder") -> None:
    """The home's notice and the council's, which may be about one child; and a second pair, which surely are."""
    told = home_notice(child=named(given_names="Rowen"))
    home = builder.posted("willow_house", "/notices", json=told)
    file = _file(builder, "leeds", "care plan")
    paper = council_notice(files=[{"file": file, "part": "care_plan"}], care_plan={"file": file})
    council = builder.posted("leeds", "/notices", json=paper)
    builder.records["notice"] = [
        record(council["notice"], paper=paper, leeds="sender placing", kent="recipient", kent_police="recipient"),
        record(home["notice"], paper=told, willow_house="sender", kent="recipient", leeds="recipient placing"),
    ]
    parties = {"leeds": "placing", "kent": "host", "kent_police": "force", "willow_house": "provider"}
    builder.records["placement"] = [record(council["placement"], **parties)]
    builder.records["approval request"] = [
        record(_approval(builder, "leeds", council["placement"]), leeds="placing own")
    ]
    councils = {"leeds": "placing", "kent": "host"}
    builder.records["match"] = [record(council["matches"][0]["ref"], **councils)]
    builder.records["file"] = [record(file, leeds="sender", kent="recipient")]
    twin = named(family_name="Other", given_names="Robin")
    second = builder.posted("leeds", "/notices", json=council_notice(child=twin))
    builder.records["shielded placement"] = [record(second["placement"], **parties)]
    linked = builder.posted("willow_house", "/notices", json=home_notice(child=twin))
    builder.records["linked match"] = [record(linked["matches"][0]["ref"], **councils)]
    builder.records["draft"] = [
        record(builder.posted(member, "/drafts", json=START)["ref"], paper=START, **{member: "sender"})
        for member in ("leeds", "kent", "cornwall")
    ] + [
        record(
            builder.posted(member, "/drafts", json={"kind": kind})["ref"], paper={"kind": kind}, **{member: "sender"}
        )
        for member, kind in ARRIVALS.items()
    ]


def add_another_placement(builder: "Builder") -> None:
    """The noise: Bradford has placed a child in a home in Norfolk."""
    child = {"family_name": "Clamour", "given_names": "Quentin", "born_on": "2011-05-06"}
    slip = {**child, "given_names": "Quenten"}
    home = Actor("api_client", "cli_noise", builder.ids["noise_home"], builder.refs["noise_home"], "childrens_home")
    told = home_notice(child=slip, address=NORWICH, placing_authority="E08000032")
    first = _registered(builder, home, told)
    file = _file(builder, "bradford", "noise")
    paper = council_notice(
        child=child, address=NORWICH, provider={"urn": "SC900009"}, files=[{"file": file, "part": "other"}]
    )
    second = _registered(builder, builder.cast.actors["bradford"], paper)
    draft = builder.posted("bradford", "/drafts", json=paper)["ref"]
    builder.noise["approval request"] = _approval(builder, "bradford", second.placement)
    builder.noise |= {"notice": second.notice, "home's notice": first.notice, "placement": second.placement}
    builder.noise |= {"file": file, "draft": draft, "match": second.matches[0]["ref"]}


def add_what_kent_did(builder: "Builder") -> None:
    """Kent asks about the council's notice, twice, and enters the child in its register; so does the noise."""
    notice, sides = builder.records["notice"][0].ref, {"kent": "recipient", "leeds": "sender"}
    said = {"text": "Invented: is the carer right?", "by": "T. Field, duty manager"}
    for what in ("question", "answered question"):
        ref = builder.posted("kent", f"/notices/{notice}/questions", json=said)["ref"]
        builder.records[what] = [record(ref, **sides)]
    builder.posted("leeds", f"/questions/{ref}/answer", json=said)
    entered = {"step": "register", "method": "other_system", "by": said["by"]}
    step = builder.posted("kent", f"/notices/{notice}/host-steps", json=entered)["ref"]
    builder.records["host step"] = [record(step, kent="recipient")]
    norfolk = Actor("api_client", "cli_noise", builder.ids["norfolk"], builder.refs["norfolk"], "local_authority")
    noisy = {"text": "Is it Quentin?", "by": "Q. Clamour", "rules": builder.rules, "now": NOW}
    step_of_noise = entered | {"by": "Q. Clamour", "rules": builder.rules, "now": NOW}
    with builder.database.write() as session:
        asked = questions.ask(session, norfolk, builder.noise["notice"], kind="question", **noisy)
        did = passing_on.record_step(session, norfolk, builder.noise["notice"], **step_of_noise)
    builder.noise |= {"question": asked.ref, "host step": did.ref}


def add_markers(builder: "Builder") -> None:
    """Of the one child, a marker of each that may add one; and the noise's."""
    placement, parties = builder.records["placement"][0].ref, {"leeds": "placing own"}
    for member in ("leeds", "kent", "willow_house"):
        said = {"marker": "cse", "author": "P. Fictitious"}
        ref = builder.posted(member, f"/placements/{placement}/markers", json=said)["ref"]
        own = parties if member == "leeds" else {"leeds": "placing", member: "own"}
        builder.records.setdefault("marker", []).append(record(ref, **own))
    noisy = {"marker": "cse", "author": "Q. Clamour"}
    theirs = builder.posted("bradford", f"/placements/{builder.noise['placement']}/markers", json=noisy)
    builder.noise["marker"] = theirs["ref"]


def _approval(builder: "Builder", member: str, placement: str) -> str:
    return str(builder.posted(member, f"/placements/{placement}/approval-requests", json={})["ref"])


def _registered(builder: "Builder", actor: Actor, paper: Mapping[str, Any]) -> Any:
    with builder.database.write() as session:
        content = NoticeIn().load(paper)
        return register_notice(session, actor, content, rules=builder.rules, areas=builder.areas, now=NOW)


def _file(builder: "Builder", member: str, words: str) -> str:
    part = {"file": (BytesIO(pdf(words)), "Fictitious.pdf")}
    return str(builder.posted(member, "/files", data=part, content_type="multipart/form-data")["ref"])
