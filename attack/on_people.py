"""Becoming more than one is: by invitation, by guessing, by a code that somebody else has used."""

import re
import threading
import time
from collections.abc import Iterator

from attack.browsing import Browser, Phone, client
from attack.staging import Scene
from attack.telling import Report

INVITED = "sam@leeds.example"
_LINK = re.compile(rb"https?://\S+(/invitation/[\w-]+)")
_SECRET = re.compile(r'class="hub-key">([^<]+)<')
_PASSWORD = "violet tram under seven hats"  # noqa: S105 - of somebody who does not exist
_GUESSES = 40
_AT_ONCE = 4
_MAIL_SECONDS = 30


def attack(report: Report, scene: Scene, admin: Browser, social_worker: Browser) -> None:
    """*admin* administers Leeds; *social_worker* has no such role."""
    report.section("More than one's own role", "An administrator, or somebody invited, reaches for what is not theirs.")
    _beyond_the_kind(report, admin)
    _elsewhere(report, scene, admin)
    _oneself(report, scene, admin, social_worker)
    _with_a_key(report, scene)
    _by_invitation(report, scene, admin)
    _half_way_before_its_owner(report, scene)


def _invite(who: Browser, **changed: object) -> tuple[int, str]:
    body = {"name": "Pat Fictitious", "email": "pat@leeds.example", "roles": ["duty_desk"]} | changed
    answer = who.ask("POST", "/api/v1/invitations", json=body)
    return answer.status_code, answer.text


def _beyond_the_kind(report: Report, admin: Browser) -> None:
    roles = ("operator", "call_handler", "registered_manager", "analyst", "superuser", "administrator,operator", "")
    given = [role for role in roles if _invite(admin, roles=["duty_desk", role])[0] != 422]
    report.many("invite into a role that a council does not have", "422", given, tried=len(roles))


def _elsewhere(report: Report, scene: Scene, admin: Browser) -> None:
    for member in ("kent", "operator", "kent_police"):
        status, _ = _invite(admin, organisation=scene.cast.refs[member], roles=["administrator"])
        report.attempt(
            f"invite an administrator into {member.replace('_', ' ')}", str(status), refused=status in (403, 404)
        )
    there, nobody = (_invite(admin, email=email)[0] for email in (scene.people["grace"].email, "nobody@kent.example"))
    said = f"{there}, as for anybody else ({nobody})"
    report.attempt("learn by inviting them that somebody has an account", said, refused=there == nobody)


def _oneself(report: Report, scene: Scene, admin: Browser, social_worker: Browser) -> None:
    own = scene.people["helen"].ref
    version = admin.get(f"/api/v1/people/{own}").headers.get("ETag", '"1"')
    answer = admin.ask(
        "PUT", f"/api/v1/people/{own}/roles", json={"roles": ["administrator", "dcs"]}, headers={"If-Match": version}
    )
    report.attempt("give oneself another role", str(answer.status_code), refused=answer.status_code in (403, 409, 422))
    for what, method, path, body in (
        ("invite without being an administrator", "POST", "/invitations",
         {"name": "P", "email": "p@leeds.example", "roles": ["administrator"]}),
        ("change roles without being one", "PUT", f"/people/{scene.people['priya'].ref}/roles", {"roles": ["administrator"]}),
        ("set somebody's password anew without being one", "POST", f"/people/{own}/new-password", {}),
        ("make a client without being one", "POST", "/clients", {"name": "Mine", "scopes": ["read"]}),
        ("approve a placement without being its officer", "POST", "/placements/pla_" + "0" * 26 + "/approvals",
         {"approver_name": "P", "approver_role": "Director", "approved_at": "2026-01-05T09:00:00Z"}),
        ("move the clock", "POST", "/sandbox/clock", {"advance_seconds": 60}),
    ):  # fmt: skip
        answer = social_worker.ask(method, f"/api/v1{path}", json=body, headers={"If-Match": '"1"'})
        report.attempt(what, str(answer.status_code), refused=answer.status_code == 403)
    for scopes in (["operate"], ["read", "operate"], ["everything"]):
        answer = client(scene.url, scene.cast.tokens["leeds"]).ask(
            "POST", "/api/v1/clients", json={"name": "M", "scopes": scopes}
        )
        said = f"a client with {' and '.join(scopes)}"
        report.attempt(f"let a key make {said}", str(answer.status_code), refused=answer.status_code in (403, 422))


def _with_a_key(report: Report, scene: Scene) -> None:
    """A key that may look after people and nothing else is stolen: whom can it make more able than itself?"""
    leeds = client(scene.url, scene.cast.tokens["leeds"])
    own = leeds.ask("POST", "/api/v1/clients", json={"name": "Staff", "scopes": ["people"]}).json()["ref"]
    thief = client(scene.url, leeds.ask("POST", f"/api/v1/clients/{own}/keys", json={}).json()["text"])
    person = f"/api/v1/people/{scene.people['asha'].ref}"
    match = {"If-Match": thief.get(person).headers.get("ETag", '"1"')}
    provider = {"name": "T", "issuer": "https://login.thief.example", "client_id": "t"}
    for what, answer in (
        ("invite a social worker", thief.ask("POST", "/api/v1/invitations", json={
            "name": "T", "email": "thief@leeds.example", "roles": ["social_worker"]})),
        ("invite an administrator", thief.ask("POST", "/api/v1/invitations", json={
            "name": "T", "email": "thief@leeds.example", "roles": ["administrator"]})),
        ("give a colleague another role", thief.ask("PUT", f"{person}/roles", headers=match, json={
            "roles": ["missing_coordinator", "team_manager"]})),
        ("name a provider that vouches for social workers", thief.ask("POST", "/api/v1/identity-providers", json={
            **provider, "group_roles": {"all": "social_worker"}})),
        ("make a client that may read", thief.ask("POST", "/api/v1/clients", json={"name": "T", "scopes": ["read"]})),
    ):  # fmt: skip
        report.attempt(
            f"with a stolen key for people, {what}", str(answer.status_code), refused=answer.status_code == 403
        )
    leeds.ask("DELETE", f"/api/v1/clients/{own}")
    again = thief.get("/api/v1/people").status_code
    told = [each["event"] for each in leeds.get(f"/api/v1/audit?subject={own}&limit=200").json()["items"]]
    on_record = "key.refused" in told
    report.attempt(
        "use that key after its client was disabled",
        f"{again}, and {'on record' if on_record else 'nobody is told'}",
        refused=again == 401 and on_record,
    )


def _half_way_before_its_owner(report: Report, scene: Scene) -> None:
    """Two gave the password before there was a second step. One sets it up; then the other tries to."""
    owner, thief = Browser(scene.url), Browser(scene.url)
    for browser in (owner, thief):
        browser.send("/sign-in", {"email": INVITED, "password": _PASSWORD})
    owner.send("/sign-in/enrol/app", {}, page="/sign-in/enrol")
    token = thief.token("/sign-in/enrol")
    secret = _SECRET.findall(owner.get("/sign-in/enrol/app").text)[0].replace(" ", "")
    good = owner.send("/sign-in/enrol/app/code", {"code": Phone(secret).code()}, page="/sign-in/enrol/app").status_code
    late = thief.ask("POST", "/sign-in/enrol/app", data={"csrf_token": token}).status_code
    report.attempt(
        "put one's own telephone in the place of one that was set up meanwhile",
        f"{good} for the owner, then {late}",
        refused=(good, late) == (200, 401),
    )


def _by_invitation(report: Report, scene: Scene, admin: Browser) -> None:
    link = link_to(scene, INVITED)
    token = link.rpartition("/")[2]
    for what, altered in (("altered", token[:-2] + "xx"), ("cut short", token[:-4]), ("invented", "A" * len(token))):
        status = Browser(scene.url).get(f"/invitation/{altered}").status_code
        report.attempt(f"follow a link that was {what}", str(status), refused=status not in (200, 303))
    weak = Browser(scene.url).send(link, {"password": "Password1234"}).status_code
    report.attempt("accept with a password that everybody tries first", str(weak), refused=weak == 422)
    more = {
        "password": _PASSWORD,
        "roles": "administrator",
        "role": "operator",
        "organisation": scene.cast.refs["operator"],
    }
    Browser(scene.url).send(link, more)
    people = admin.get("/api/v1/people?limit=200").json()["items"]
    roles = next((each["roles"] for each in people if each["email"] == INVITED), None)
    report.attempt("accept with roles of one's own choice", f"the account has {roles}", refused=roles == ["duty_desk"])
    second = Browser(scene.url)
    again = second.get(link).status_code
    report.attempt("use the link a second time", str(again), refused=again not in (200, 303))
    _invite(admin, email="withdrawn@leeds.example")
    withdrawn = link_to(scene, "withdrawn@leeds.example")
    waiting = admin.get("/api/v1/invitations").json()["items"]
    ref = next(each["ref"] for each in waiting if each["email"] == "withdrawn@leeds.example")
    admin.ask("DELETE", f"/api/v1/invitations/{ref}")
    status = Browser(scene.url).get(withdrawn).status_code
    report.attempt("use a link that was withdrawn", str(status), refused=status not in (200, 303))


def link_to(scene: Scene, address: str) -> str:
    """The path of the link in the newest message to *address*, once it has come."""
    deadline = time.monotonic() + _MAIL_SECONDS
    while time.monotonic() < deadline:
        for message in reversed(scene.mail.to(address)):
            if found := _LINK.search(message.replace(b"=\r\n", b"")):
                return found[1].decode()
        time.sleep(0.2)
    raise RuntimeError(f"no invitation came to {address}")


# --- codes and passwords -----------------------------------------------------------------------------------------------


def attack_codes(report: Report, scene: Scene, phones: dict[str, Phone]) -> None:
    """Codes seen over a shoulder, and codes and passwords guessed."""
    report.section("Codes and passwords", "A code that was used, a million codes to guess, and passwords.")
    _replayed(report, scene, phones["tom"])
    _raced(report, scene, phones["bryn"])
    _guessed_codes(report, scene, phones["wren"])
    _guessed_passwords(report, scene, phones["grace"])


def _replayed(report: Report, scene: Scene, phone: Phone) -> None:
    tom, code = scene.people["tom"], phone.code()
    first, second = Browser(scene.url), Browser(scene.url)
    first.give_password(tom)
    good = first.send("/sign-in/second-factor", {"code": code}).status_code
    second.give_password(tom)
    again = second.send("/sign-in/second-factor", {"code": code}).status_code
    report.attempt(
        "use a code that its owner has just used",
        f"{good} for the owner, then {again}",
        refused=(good, again) == (303, 401),
    )


def _raced(report: Report, scene: Scene, phone: Phone) -> None:
    bryn, code = scene.people["bryn"], phone.code()
    browsers = [Browser(scene.url) for _ in range(_AT_ONCE)]
    tokens = []
    for browser in browsers:
        browser.give_password(bryn)
        tokens.append(browser.token("/sign-in/second-factor"))
    answers: list[int] = []

    def give(browser: Browser, token: str) -> None:
        sent = browser.ask("POST", "/sign-in/second-factor", data={"csrf_token": token, "code": code})
        answers.append(sent.status_code)

    threads = [threading.Thread(target=give, args=pair) for pair in zip(browsers, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    let_in = answers.count(303)
    report.attempt(f"use one code in {_AT_ONCE} browsers at once", f"{let_in} let in", refused=let_in <= 1)


def _guesses(phone: Phone) -> Iterator[str]:
    yield from (f"{int(phone.far_from()) + number:06}" for number in range(_GUESSES))


def _guessed_codes(report: Report, scene: Scene, phone: Phone) -> None:
    """Whoever has the password tries codes, beginning anew whenever the hub ends the attempt."""
    wren, browser, looked_at, refusals = scene.people["wren"], Browser(scene.url), 0, set()
    browser.give_password(wren)
    for code in _guesses(phone):
        try:
            answer = browser.send("/sign-in/second-factor", {"code": code})
        except LookupError:
            browser = Browser(scene.url)
            browser.give_password(wren)
            continue
        looked_at += answer.status_code == 401
        refusals.add(answer.status_code)
    said = f"{looked_at} of {_GUESSES} guesses were looked at, then 429"
    report.attempt("guess the code, with the password known", said, refused=looked_at <= 10 and 429 in refusals)


def _guessed_passwords(report: Report, scene: Scene, phone: Phone) -> None:
    grace = scene.people["grace"]
    known = Browser(scene.url).sign_in(grace, phone)
    known.send("/sign-out", {}, page="/account")
    del known.session.headers["X-CSRF-Token"]
    thief, looked_at = Browser(scene.url), 0
    for number in range(_GUESSES):
        answer = thief.send("/sign-in", {"email": grace.email, "password": f"a guess, number {number}"})
        looked_at += answer.status_code == 401
    said = f"{looked_at} of {_GUESSES} guesses were looked at, then 429"
    report.attempt("guess a password", said, refused=looked_at <= 20)
    try:
        known.sign_in(grace, phone)
    except (RuntimeError, LookupError) as locked_out:
        report.attempt("lock its owner out by guessing", str(locked_out), refused=False)
    else:
        report.attempt(
            "lock its owner out by guessing", "she signs in as ever, in the browser she always uses", refused=True
        )


def attack_expired(report: Report, scene: Scene, admin: Browser) -> None:
    """What was good a week ago: the hub's clock is moved on."""
    report.section("What has expired", "Links and sessions that were good once.")
    _invite(admin, email="late@leeds.example")
    link = link_to(scene, "late@leeds.example")
    scene.pass_days(8)
    status = Browser(scene.url).get(link).status_code
    report.attempt("use an invitation after its time", str(status), refused=status not in (200, 303))
    page, api = admin.get("/account").status_code, admin.get("/api/v1/people").status_code
    report.attempt("go on with a session after its time", f"pages {page}, API {api}", refused=(page, api) == (303, 401))
