"""Pages of who holds interviews and who pays, without a browser: who would be asked and why, and what two councils agree."""

from hub.core.clock import utc_now
from hub.spotpurchase.providers import service
from tests.web.interviews.desk import fill
from tests.web.reading import words_of

KENT, LEEDS = "E10000016", "E08000035"


def test_for_an_area_the_hosts_own_team_stands_first_and_each_says_why(at) -> None:
    said = words_of(at("leeds", "social_worker").get(f"/interview-providers?area={KENT}"))
    first, second, third = (said.index(name) for name in ("Kent Return", "Northstar", "Beacon Return"))
    assert first < second < third
    assert "It is the host council's own team." in said
    assert "£140.00 an interview, with its report" in said
    assert "£52.00 an hour, 2 hours at the least Travel 45p a mile" in said


def test_a_provider_that_is_not_asked_stands_there_with_every_reason(at) -> None:
    query = f"area={KENT}&language=pl&age=16&price_cap_pence=150.00"
    said = words_of(at("leeds", "social_worker").get(f"/interview-providers?{query}"))
    assert "Not asked, and why" in said
    assert "Its price is over the cap." in said
    assert "It has nobody who speaks a language that was asked for." in said
    assert "Nobody can be asked for such a child there now." in said


def test_needs_without_an_area_are_asked_for_one(at) -> None:
    answered = at("leeds", "social_worker").get("/interview-providers?language=pl")
    assert answered.status_code == 422
    assert "Choose the council in whose area the child lives" in words_of(answered)


def test_an_amount_that_is_none_is_told_at_its_control(at) -> None:
    answered = at("leeds", "social_worker").get(f"/interview-providers?area={KENT}&price_cap_pence=185.5")
    assert answered.status_code == 422
    assert "Enter an amount in pounds, such as 185 or 185.50." in words_of(answered)


def test_one_provider_shows_its_terms(at, cast) -> None:
    said = words_of(at("leeds", "social_worker").get(f"/interview-providers/{cast.refs['northstar']}"))
    for words in ("All of England and Wales", "Room for 40", "Free until 24 hours before; later 50 % of the price"):
        assert words in said, words


def test_a_council_says_whether_a_provider_is_its_own_team(at, database, cast, areas, rules) -> None:
    with database.write() as session:
        actor, ref, now = cast.actors["beacon"], cast.refs["beacon"], utc_now()
        entry = service.entry_of(session, ref, now=now)
        told = {name: getattr(entry, name) for name in service._OFFERED} | {"areas": list(entry.areas), "run_by": LEEDS}
        service.save(session, actor, ref, told, version=entry.version, areas=areas, rules=rules, now=now)
    manager = at("leeds", "team_manager")
    page = f"/interview-providers/{entry.team}"
    assert "says that it is your council’s own team" in words_of(manager.get(page))
    assert fill(manager, f"{page}/team", {}, page=page).status_code == 422
    answered = fill(manager, f"{page}/team", {"is_ours": "yes"}, page=page)
    assert answered.location == f"/interview-providers/{ref}?done=said"
    assert "Own team of Leeds" in words_of(manager.get("/interview-providers"))
    assert "Is it your council’s own team?" not in words_of(
        at("leeds", "social_worker").get(f"/interview-providers/{ref}")
    )


def test_two_councils_agree_who_pays_and_end_it(at) -> None:
    leeds, kent = at("leeds", "team_manager"), at("kent", "team_manager")
    new = "/interview-agreements/new"
    answered = fill(leeds, new, {"kind": "host_pays", "side": "placing", "with_": KENT, "terms": "Made up."})
    path = answered.location.split("?")[0]
    assert answered.location.endswith("?done=proposed")
    assert "It waits for the other council’s answer." in words_of(leeds.get(path))
    assert "1 proposal waits for your council’s answer." in words_of(kent.get("/interview-agreements"))
    assert fill(kent, f"{path}/answer", {"is_agreed": "yes"}, page=path).location == f"{path}?done=agreed"
    assert "Agreed" in words_of(leeds.get("/interview-agreements"))
    assert fill(leeds, f"{path}/end", {}, page=path).location == f"{path}?done=ended"
    assert "Ended" in words_of(kent.get(path))


def test_a_proposal_that_cannot_be_is_told_at_its_control_and_kept(at) -> None:
    leeds = at("leeds", "team_manager")
    answered = fill(leeds, "/interview-agreements/new", {"kind": "placing_pays", "side": "placing", "terms": "Kept."})
    assert answered.status_code == 422
    said = answered.text
    assert 'href="#with_"' in said
    assert "Name the other council" in said
    assert "Kept." in said


def test_who_may_not_commit_the_councils_money_is_told_who_may(at) -> None:
    worker = at("leeds", "social_worker")
    assert "A manager of your council proposes" in words_of(worker.get("/interview-agreements"))
    assert worker.get("/interview-agreements/new").status_code == 403
