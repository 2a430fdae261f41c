"""What naive software gets wrong of notices (the traps of the law sheet that concern them), each with its number there."""

import pytest
from marshmallow import ValidationError

from hub.core.errors import Invalid
from hub.registry.register.queries import RegisterFilter
from hub.registry.register.service import find, read_register
from hub.registry.schemas import NoticeIn
from tests.conftest import NOW
from tests.registry.conftest import line
from tests.registry.papers import BRADFORD_CENTRE, CARDIFF, LATER, admission, child, emergency_start, start

NO_NUMBER = "No Ofsted number (URN) is given for the supported accommodation."
LODGE = {"setting": "supported_accommodation", "child": child(born_on="2009-05-02")}


def test_22_late_stays_late_however_often_it_is_sent_again(desk, books) -> None:
    receipt = desk("leeds").registers(start(starts_at="2026-11-16T10:00:00Z"))
    desk("leeds").registers(start(starts_at="2026-11-16T10:00:00Z", expected_length="Invented: a year."), now=LATER)
    assert books.owed(receipt.placement, "E13A").state == "met_late"


def test_24_an_end_closes_an_entry_of_the_register_and_deletes_nothing(desk) -> None:
    told = desk("willow_house").registers(admission())
    desk("willow_house").registers(
        {"kind": "home_discharge", "placement": told.placement, "ends_at": "2026-11-18T09:30:00Z"}
    )
    kent, ended = desk("kent"), RegisterFilter(ended=True)
    with kent.reads() as session:
        found = find(session, kent.actor, ended, None, order="newest")
        [entry] = read_register(session, kent.actor, ended, found, at_most=10, now=NOW).entries
    assert (entry.ref, entry.child["given_names"], entry.ends_at is not None) == (told.placement, "Rowan", True)


@pytest.mark.parametrize("urn", ["SC999999", "123456", "1234567", "XXXXXXX"])
def test_27_every_shape_of_ofsteds_number_is_taken_one_that_is_withheld_too(desk, urn: str) -> None:
    receipt = desk("leeds").registers(start(setting="childrens_home", provider={"urn": urn, "name": "Invented House"}))
    assert line(receipt, "E13A").state == "met"


def test_27_supported_accommodation_without_a_number_is_flagged_and_not_refused(desk) -> None:
    receipt = desk("leeds").registers(start(**LODGE))
    [flagged] = [each for each in receipt.warnings if each.startswith(NO_NUMBER)]
    assert "since 28 October 2023" in flagged
    assert line(receipt, "E13A").state == "met"


@pytest.mark.parametrize("provider", [{"urn": "9000002"}, {"urn": "1234567"}, {"urn": "XXXXXXX"}])
def test_27_a_number_that_is_given_is_not_asked_for(desk, provider: dict[str, str]) -> None:
    receipt = desk("leeds").registers(start(**LODGE, address=BRADFORD_CENTRE, provider=provider))
    assert not [each for each in receipt.warnings if each.startswith(NO_NUMBER)]


def test_27_in_wales_and_in_other_settings_no_number_is_asked_for(desk) -> None:
    wales = {"lines": ["7 Fictitious Terrace", "Cardiff"], "postcode": "CF10 4UW"}
    lodged, fostered = desk("leeds").registers(start(**LODGE, address=wales)), desk("leeds").registers(start())
    assert lodged.area["host_authority"]["gss_code"] == CARDIFF
    assert not [each for each in (*lodged.warnings, *fostered.warnings) if each.startswith(NO_NUMBER)]


@pytest.mark.parametrize("setting", ["supported_accommodation", "independent"])
def test_27_a_child_under_16_there_is_flagged_on_the_receipt_itself(desk, setting: str) -> None:
    receipt = desk("leeds").registers(start(setting=setting))
    assert any("may be an unlawful placement: tell a manager" in each for each in receipt.warnings)
    assert line(receipt, "E13A").state == "met"


@pytest.mark.parametrize(("number", "stands"), [("P207000016049", True), ("Q207000016049", False)])
def test_28_a_pupil_number_is_checked_by_the_sum_and_not_by_the_example_on_the_web(number: str, stands: bool) -> None:
    paper = start(child=child(identifiers={"upn": number}))
    if stands:
        assert NoticeIn().load(paper)["child"]["identifiers"]["upn"] == number
    else:
        with pytest.raises(ValidationError, match="not a unique pupil number"):
            NoticeIn().load(paper)


def test_30_nobody_is_asked_for_consent_to_a_notice_that_the_law_asks_for() -> None:
    asked = {name for name in NoticeIn().fields if "consent" in name}
    assert asked == set()


def test_38_a_care_plan_that_does_not_exist_yet_follows_and_stays_owed(desk, books) -> None:
    receipt = desk("leeds").registers(emergency_start("care_plan"))
    assert (line(receipt, "E13E").state, line(receipt, "ECPF").state) == ("met", "open")


def test_44_that_the_care_plan_was_supplied_is_proved_by_its_file_and_not_by_a_tick(desk) -> None:
    with pytest.raises(ValidationError, match="Name the file that was supplied"):
        NoticeIn().load(start(care_plan={"supplied_on": "2026-11-10"}))
    with pytest.raises(Invalid) as refusal:
        desk("leeds").registers(start(care_plan={"file": "fil_" + "0" * 26, "supplied_on": "2026-11-10"}))
    assert list(refusal.value.fields) == ["files"]
