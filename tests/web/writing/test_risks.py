"""Writing notices in a browser: risks, markers, files, and who is not told."""

import re
from io import BytesIO

import pytest
from werkzeug.datastructures import MultiDict

from hub.web.writing.questions import section_of
from hub.web.writing.withheld import with_withheld
from tests.access.signing_in import Tab
from tests.access.visiting import title, words
from tests.registry.sample_files import pdf
from tests.web.writing.drafting import (
    begun,
    complete,
    page_of,
    sends,
    sent,
)

# --- risks, markers, files -------------------------------------------------------------------------------------------------


def test_each_marker_that_is_chosen_is_described_and_says_who_may_see_it(priya: Tab) -> None:
    draft = complete(priya)
    answer = sends(priya, f"{draft}/risks", chosen=["cse", "gangs"])
    assert answer.headers["Location"].startswith(f"{draft}/markers")
    shown = page_of(priya.get(f"{draft}/markers"))
    assert "Child sexual exploitation" in shown
    assert shown.count("Who may see it") == 2
    said = {
        "markers.0.marker": "cse",
        "markers.0.detail": "Invented.",
        "markers.0.audience": ["police_force"],
        "markers.1.marker": "gangs",
    }
    assert sends(priya, f"{draft}/markers", **said).status_code == 303
    checked = words(priya.get(f"{draft}/check"))
    assert "Seen by: The police force" in checked
    assert "Seen by: nobody else" in checked
    sends(priya, f"{draft}/risks", chosen="gangs")
    assert "Child sexual exploitation" not in words(priya.get(f"{draft}/check"))


def test_a_care_plan_is_attached_and_answers_what_was_to_follow(priya: Tab) -> None:
    draft = complete(priya)
    upload = {"part": "care_plan", "file": (BytesIO(pdf("plan")), "Care plan.pdf")}
    answer = priya.send("POST", f"{draft}/files", data=upload, content_type="multipart/form-data")
    assert answer.status_code == 303, words(answer)
    assert "Care plan.pdf" in words(priya.get(f"{draft}/files"))
    assert "To follow" not in words(priya.get(f"{draft}/check"))
    receipt = sent(priya, draft)
    assert "Care plan.pdf" in words(priya.get(receipt.removesuffix("/receipt")))


@pytest.mark.parametrize(("name", "content"), [("plan.exe", b"MZ not a plan"), ("plan.pdf", b"")])
def test_what_is_no_plan_is_refused_with_what_is_taken(priya: Tab, name: str, content: bytes) -> None:
    upload = {"part": "care_plan", "file": (BytesIO(content), name)}
    answer = priya.send("POST", f"{begun(priya)}/files", data=upload, content_type="multipart/form-data")
    assert (answer.status_code, title(answer)[:7]) == (422, "Error: ")


def test_a_file_is_taken_off_again(priya: Tab) -> None:
    draft = begun(priya)
    upload = {"part": "risk_assessment", "file": (BytesIO(pdf("risks")), "Risks.pdf")}
    priya.send("POST", f"{draft}/files", data=upload, content_type="multipart/form-data")
    path = re.search(r'action="([^"]+/remove)"', page_of(priya.get(f"{draft}/files")))
    assert path
    priya.send("POST", path[1])
    assert "Risks.pdf" not in words(priya.get(f"{draft}/files"))


# --- who is not told, to protect the child ------------------------------------------------------------------------------------


def test_who_is_not_told_and_why_is_asked_beside_the_risks_and_goes_with_the_notice(priya: Tab) -> None:
    draft = complete(priya)
    assert "Somebody is not told, to protect the child" in words(priya.get(f"{draft}/risks"))
    said = {"contacts_withheld.0.withheld_from": "parent", "contacts_withheld.0.reason": "Invented: threats were made."}
    assert sends(priya, f"{draft}/risks", **said).status_code == 303
    shown = words(priya.get(f"{draft}/check"))
    assert "Not told: A parent" in shown
    assert "Invented: threats were made." in shown
    receipt = sent(priya, draft)
    assert "Invented: threats were made." in words(priya.get(receipt.removesuffix("/receipt")))


@pytest.mark.parametrize(
    ("said", "control", "sentence"),
    [
        ({"withheld_from": "parent"}, "reason", "Say why telling them would put the child at risk"),
        ({"reason": "Invented."}, "withheld_from", "Say from whom notice is withheld"),
    ],
)
def test_who_is_not_told_is_asked_with_why(priya: Tab, said: dict[str, str], control: str, sentence: str) -> None:
    draft = begun(priya)
    answer = sends(priya, f"{draft}/risks", **{f"contacts_withheld.1.{name}": value for name, value in said.items()})
    assert answer.status_code == 422
    assert f'href="#contacts_withheld.1.{control}"' in page_of(answer)
    assert sentence in words(answer)


def test_each_who_is_not_told_leaves_room_for_one_more(priya: Tab) -> None:
    draft = begun(priya)
    three = {
        f"contacts_withheld.{number}.{name}": value
        for number in range(3)
        for name, value in (("withheld_from", "previous_carer"), ("reason", f"Invented {number}."))
    }
    assert sends(priya, f"{draft}/risks", **three).status_code == 303
    shown = page_of(priya.get(f"{draft}/risks"))
    assert [f'name="contacts_withheld.{number}.reason"' in shown for number in (2, 3, 4)] == [True, True, False]


def test_a_home_is_not_asked_who_is_not_told() -> None:
    section = section_of("home_admission", "risks")
    assert section is not None
    assert with_withheld(section, "home_admission", {}, MultiDict()) == section
