"""Writing notices in a browser: the same child again, corrected, withdrawn, ended; and its approval."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, joined, tab_of
from tests.access.visiting import title, words
from tests.registry.papers import admission
from tests.web.writing.drafting import (
    APPROVED,
    ASKING,
    CARE_FORM,
    CHILD_FORM,
    ONCE,
    VERSION,
    WHEN_FORM,
    WHERE_FORM,
    begun,
    complete,
    page_of,
    said_in,
    sends,
    sent,
)

# --- the same child again, corrections, withdrawals --------------------------------------------------------------------------


def test_a_child_who_is_known_is_asked_only_for_what_is_new_on_one_page(priya: Tab) -> None:
    notice = sent(priya, complete(priya)).removesuffix("/receipt").removeprefix("/notices/")
    answer = sends(priya, "/notices/new", **{"purpose": "emergency", "reason": "Invented.", "from": notice})
    assert answer.headers["Location"].endswith("/rest")
    controls = re.findall(
        r'<(?:input|textarea|select)[^>]* name="([^"]+)"', page_of(priya.get(answer.headers["Location"]))
    )
    assert {name for name in controls if name not in ("csrf_token", "mark", "asked")} == {
        "setting", "address.lines", "address.postcode", "emergency.reason",
        "starts-day", "starts-month", "starts-year", "starts-time",
    }  # fmt: skip


def test_a_correction_is_written_in_a_draft_and_sent_as_the_next_version(priya: Tab) -> None:
    first = sent(priya, complete(priya)).removesuffix("/receipt")
    draft = sends(priya, f"{first}/correct").headers["Location"]
    assert "correction" in words(priya.get(draft))
    sends(priya, f"{draft}/where", **{**WHERE_FORM, "address.postcode": "ME4 4TR"})
    second = sent(priya, draft).removesuffix("/receipt")
    assert second == draft.replace("drafts", "notices")
    assert "A newer version stands" in words(priya.get(first))
    assert f'href="{second}"' in page_of(priya.get(first))
    assert first.removeprefix("/notices/") in words(priya.get(second))


@pytest.mark.parametrize(("act", "place", "form"), [
    ("end", "end", {"ends-day": "30", "ends-month": "11", "ends-year": "2026", "end_reason": "returned_home"}),
    ("change", "change", {"changed-day": "18", "changed-month": "11", "changed-year": "2026", "changes": "Invented."}),
])  # fmt: skip
def test_an_end_or_a_change_is_told_from_the_notice_in_one_section(
    priya: Tab, act: str, place: str, form: dict[str, str]
) -> None:
    first = sent(priya, complete(priya)).removesuffix("/receipt")
    path = sends(priya, f"{first}/{act}").headers["Location"]
    assert path.endswith(f"/{place}")
    placement = re.search(r'name="placement"[^>]*value="(pla_[^"]+)"', page_of(priya.get(path)))
    assert placement
    assert sends(priya, path, placement=placement[1], **form).status_code == 303
    assert "The notice is registered" in words(priya.get(sent(priya, path.removesuffix(f"/{place}"))))


def test_a_move_is_told_from_the_notice_and_its_receipt_tells_of_the_end_too(priya: Tab) -> None:
    first = sent(priya, complete(priya)).removesuffix("/receipt")
    draft = sends(priya, f"{first}/move").headers["Location"].removesuffix("/where")
    found = re.search(r'name="placement"[^>]*value="(pla_[^"]+)"', page_of(priya.get(f"{draft}/when")))
    assert found
    sends(priya, f"{draft}/where", **{**WHERE_FORM, "address.postcode": "BD1 1HY"})
    sends(priya, f"{draft}/when", placement=found[1], **{**WHEN_FORM, "starts-day": "28"})
    sends(priya, f"{draft}/care", **CARE_FORM)
    receipt = sent(priya, draft)
    assert "The end of the placement before" in words(priya.get(receipt))
    notice = receipt.removesuffix("/receipt")
    assert "is taken back as well" in words(priya.get(f"{notice}/withdraw"))
    assert "is taken back as well" in words(sends(priya, f"{notice}/withdraw"))


@pytest.mark.parametrize("act", ["end", "change", "move"])
def test_a_draft_that_names_the_placement_alone_says_which_child_it_is_about(priya: Tab, act: str) -> None:
    notice = sent(priya, complete(priya)).removesuffix("/receipt")
    draft = re.sub(r"/[a-z]+$", "", str(sends(priya, f"{notice}/{act}").headers["Location"]))
    for page in (draft, f"{draft}/check"):
        shown = words(priya.get(page))
        assert "The placement that this is about" in shown
        assert "Rowan Fictitious" in shown
        assert "Kent County Council" in shown


def test_a_placement_that_is_over_says_so_where_its_notice_stands(priya: Tab) -> None:
    notice = sent(priya, complete(priya, **{"starts-day": "12"})).removesuffix("/receipt")
    path = str(sends(priya, f"{notice}/end").headers["Location"])
    placement = re.search(r'name="placement"[^>]*value="(pla_[^"]+)"', page_of(priya.get(path)))
    assert placement
    ended = {"ends-day": "16", "ends-month": "11", "ends-year": "2026", "end_reason": "returned_home"}
    assert sends(priya, path, placement=placement[1], **ended).status_code == 303
    sent(priya, path.removesuffix("/end"))
    shown = words(priya.get(notice))
    assert "The placement ended on 16 November 2026" in shown
    assert "Tell of a change" not in shown
    assert "Tell of a move" in shown


def test_a_notice_is_withdrawn_with_a_reason_once(priya: Tab) -> None:
    notice = sent(priya, complete(priya)).removesuffix("/receipt")
    assert sends(priya, f"{notice}/withdraw").status_code == 422
    once = said_in(priya.get(f"{notice}/withdraw"), ONCE)
    done = [sends(priya, f"{notice}/withdraw", once=once, reason="Invented: it fell through.") for _ in range(2)]
    assert [answer.status_code for answer in done] == [303, 303]
    assert "This notice was withdrawn" in words(priya.get(notice))


def test_a_notice_is_found_by_its_reference_and_narrowed_by_kind_and_state(priya: Tab) -> None:
    notice = sent(priya, complete(priya)).removesuffix("/receipt")
    assert sends(priya, "/notices", ref=notice.removeprefix("/notices/").upper()).headers["Location"] == notice
    assert sends(priya, "/notices", ref="nonsense").status_code == 422
    assert sends(priya, "/notices", ref="ntc_" + "0" * 26).status_code == 422
    assert "Kent County Council" in words(priya.get("/notices?kind=placement_start&state=registered"))
    assert "none of this kind" in words(priya.get("/notices?kind=placement_end"))


def test_what_a_home_told_of_is_taken_up_by_the_council(priya: Tab, client_for: Callable[[str], Any]) -> None:
    told = client_for("willow_house").post("/api/v1/notices", json=admission()).get_json()
    shown = words(priya.get(f"/notices/{told['notice']}"))
    assert "Tell of this placement" in shown
    draft = sends(priya, f"/notices/{told['notice']}/start").headers["Location"].removesuffix("/rest")
    assert "Rowan" in words(priya.get(draft))


def test_a_draft_of_another_council_is_not_there(priya: Tab, app: Flask, database: Database, cast: Cast) -> None:
    draft = begun(priya)
    other = tab_of(app, database, joined(database, cast, "bradford", email="bo.fictitious@mail.example"))
    assert other.get(draft).status_code == 404
    assert sends(other, f"{draft}/child", **CHILD_FORM).status_code == 404


def test_who_only_receives_writes_nothing(app: Flask, database: Database, cast: Cast) -> None:
    tom = tab_of(app, database, joined(database, cast, "kent", ["duty_desk"], email="tim.fictitious@mail.example"))
    assert tom.get("/notices").status_code == 403


def test_what_is_typed_into_a_draft_that_is_sent_meanwhile_is_shown_and_a_correction_offered(
    priya: Tab, colleague: Tab
) -> None:
    draft = complete(priya)
    receipt = sent(colleague, draft)
    answer = sends(priya, f"{draft}/child", **{**CHILD_FORM, "child.given_names": "Rowena"})
    assert answer.status_code == 409
    assert title(answer).startswith("Error: The draft was sent already")
    assert "Rowena" in words(answer)
    assert f'href="{receipt.removesuffix("/receipt")}/correct"' in page_of(answer)


def test_what_is_typed_into_a_draft_that_is_discarded_meanwhile_is_shown(priya: Tab, colleague: Tab) -> None:
    draft = begun(priya)
    sends(colleague, f"{draft}/discard", version=said_in(colleague.get(f"{draft}/discard"), VERSION))
    answer = sends(priya, f"{draft}/child", **CHILD_FORM)
    assert answer.status_code == 404
    assert "The draft is not there any more" in words(answer)
    assert "Rowan" in words(answer)


@pytest.mark.parametrize(("ends", "status"), [("sent", 409), ("discarded", 404)])
def test_the_script_that_keeps_a_draft_says_that_it_is_over(priya: Tab, colleague: Tab, ends: str, status: int) -> None:
    draft = complete(priya)
    if ends == "sent":
        sent(colleague, draft)
    else:
        sends(colleague, f"{draft}/discard", version=said_in(colleague.get(f"{draft}/discard"), VERSION))
    answer = priya.send("POST", f"{draft}/child", data=CHILD_FORM, headers={"X-Hub-Autosave": "1"})
    assert (answer.status_code, answer.json["is_stale"]) == (status, True)


# --- its approval -------------------------------------------------------------------------------------------------------------


def test_a_draft_that_says_too_little_says_when_its_approval_can_be_asked(priya: Tab) -> None:
    shown = priya.get(f"{begun(priya)}/approval")
    assert "you can ask for its approval here" in words(shown)
    assert 'href="/approvals"' not in page_of(shown)


def test_a_draft_leads_to_the_approval_of_its_own_placement_and_back(priya: Tab, director: Tab) -> None:
    draft = complete(priya)
    asking = said_in(priya.get(f"{draft}/approval"), ASKING)
    assert "Approval Not asked for yet" in words(priya.get(draft))
    assert "How it stands Not asked for yet" in words(priya.get(f"{draft}/check"))
    request = str(sends(priya, asking, note="").headers["Location"]).partition("?")[0]
    assert f'href="{request}"' in page_of(priya.get(f"{draft}/approval"))

    sends(director, f"{request}/send-back", reason="Invented: consult Kent first.")
    assert "Approval Sent back" in words(priya.get(draft))
    for path in (draft, f"{draft}/approval"):
        shown = priya.get(path)
        assert "Sent back by Dee Fictitious" in words(shown)
        assert "Invented: consult Kent first." in words(shown)
        assert f'href="{asking}"' in page_of(shown)
    assert f'href="{draft}"' in page_of(priya.get(request))

    again = str(sends(priya, asking, note="").headers["Location"]).partition("?")[0]
    assert "Sent back" not in words(priya.get(draft))
    sends(director, f"{again}/approve", **APPROVED)
    shown = priya.get(f"{draft}/approval")
    assert "It was approved by Dee Fictitious" in words(shown)
    assert asking not in page_of(shown)
    assert f'href="{draft}"' in page_of(priya.get(again))
