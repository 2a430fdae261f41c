"""A council that was chosen from a list says whether the address is in its area, and the sender sees who said so."""

from tests.access.signing_in import recorded
from tests.registry.papers import start
from tests.web.desk_people import fills, look, priya, sends, tom  # noqa: F401 - fixtures


def test_an_area_that_is_not_confirmed_is_confirmed_by_a_press(tom, priya, sends, database) -> None:  # noqa: F811
    area = {"host_authority": "E10000016", "reason": "Invented: a new street."}
    receipt = sends("leeds", start(address={"lines": ["9 Fictitious Mews"], "postcode": "ZZ99 9ZZ"}, area=area))
    ref, known_as = receipt.notice, f"/placements/{receipt.placement}"
    assert "Not confirmed: the sender chose it from a list" in look(priya, known_as)
    assert "Area not confirmed" in look(tom, "/inbox")
    answer = fills(tom, f"/inbox/{ref}", f"/inbox/{ref}/area")
    assert answer.location == f"/inbox/{ref}"
    assert "Area not confirmed" not in look(tom, "/inbox")
    assert len(recorded(database, "area.accepted")) == 1
    assert "Accepted by Tom" in look(priya, known_as)
