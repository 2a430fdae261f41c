"""Requests that a page of another site makes a browser send, and sessions that an attacker chose beforehand."""

import json
from collections.abc import Mapping
from typing import Any

import requests

from attack.browsing import Browser, Phone
from attack.staging import Scene
from attack.telling import Report

END_OTHERS = "/account/sessions/end-others"
FORM = "application/x-www-form-urlencoded"


def attack(report: Report, scene: Scene, victim: Browser, rival: Browser) -> None:
    """*victim* is signed in; *rival*, too, as somebody else."""
    report.section("Forged forms", "Another site makes a browser that is signed in send what its owner never meant.")
    _forged(report, victim, rival)
    _forged_api(report, scene, victim)
    _forged_sign_in(report, scene, victim)


def _bare(victim: Browser, **headers: str) -> Browser:
    """The victim's browser as another site can use it: with its cookies, without what only our page knows."""
    made = Browser(victim.url)
    made.session.cookies.update(victim.session.cookies)
    made.session.headers.update(headers)
    return made


def _forged(report: Report, victim: Browser, rival: Browser) -> None:
    own, other = victim.token("/account"), rival.token("/account")
    before_sign_in = Browser(victim.url).token("/sign-in")
    tries: list[tuple[str, Mapping[str, str], Mapping[str, str]]] = [
        ("without a token", {}, {}),
        ("with an empty token", {"csrf_token": ""}, {}),
        ("with an invented token", {"csrf_token": "0" * 64}, {}),
        ("with another person's token", {"csrf_token": other}, {}),
        ("with a token from before any sign-in", {"csrf_token": before_sign_in}, {}),
        ("with half of the right token", {"csrf_token": own[:32]}, {}),
        ("with the right token from another site", {"csrf_token": own}, {"Origin": "https://evil.example"}),
        (
            "with the right token from a site of like name",
            {"csrf_token": own},
            {"Origin": victim.url + ".evil.example"},
        ),
        ("with the right token from nowhere", {"csrf_token": own}, {"Origin": "null"}),
        ("with the right token, cross-site", {"csrf_token": own}, {"Sec-Fetch-Site": "cross-site"}),
        ("with the right token, from a sibling site", {"csrf_token": own}, {"Sec-Fetch-Site": "same-site"}),
    ]
    for what, form, headers in tries:
        answer = _bare(victim, **headers).ask("POST", END_OTHERS, data=form or {"x": "y"})
        report.attempt(f"end somebody's sessions {what}", str(answer.status_code), refused=answer.status_code == 403)
    answer = _bare(victim).ask("POST", f"{END_OTHERS}?csrf_token={own}", data={"x": "y"})
    report.attempt("put the token into the address", str(answer.status_code), refused=answer.status_code == 403)
    for header in ("X-HTTP-Method-Override", "X-Method-Override"):
        answer = _bare(victim, **{header: "POST"}).get(f"{END_OTHERS}?_method=POST")
        report.attempt(
            f"dress a link up as a form ({header})", str(answer.status_code), refused=answer.status_code in (404, 405)
        )
    still = victim.get("/account").status_code
    report.attempt("after all of which the session is gone", f"it still answers {still}", refused=still == 200)


def _forged_api(report: Report, scene: Scene, victim: Browser) -> None:
    body = {"name": "Forged", "email": "forged@leeds.example", "roles": ["administrator"]}
    for what, given in (
        ("as JSON", {"json": body}),
        ("as plain text", {"data": json.dumps(body), "headers": {"Content-Type": "text/plain"}}),
        ("as a form", {"data": body, "headers": {"Content-Type": FORM}}),
        ("without a type", {"data": json.dumps(body)}),
    ):
        answer = _bare(victim).ask("POST", "/api/v1/invitations", **given)
        report.attempt(
            f"invite an administrator {what}", str(answer.status_code), refused=answer.status_code in (403, 415)
        )
    answer = _bare(victim).ask("DELETE", f"/api/v1/people/{scene.people['helen'].ref}/sessions")
    report.attempt("end her sessions through the API", str(answer.status_code), refused=answer.status_code == 403)
    answer = _bare(victim, Origin="https://evil.example").get("/api/v1/people")
    allowed = answer.headers.get("Access-Control-Allow-Origin")
    report.attempt("read an answer from another site", "no site is allowed to", refused=allowed is None)
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = _bare(victim, **asked).ask("OPTIONS", "/api/v1/people")
    allowed = answer.headers.get("Access-Control-Allow-Origin")
    report.attempt("ask beforehand for leave to", "none is given", refused=allowed is None)


def _forged_sign_in(report: Report, scene: Scene, victim: Browser) -> None:
    mallory = scene.people["mallory"]
    form = {"email": mallory.email, "password": mallory.password}
    fresh = Browser(scene.url)
    answer = fresh.ask("POST", "/sign-in", data=form)
    report.attempt("sign a browser in as somebody else", str(answer.status_code), refused=answer.status_code == 403)
    token = Browser(scene.url).token("/sign-in")
    answer = fresh.ask("POST", "/sign-in", data=form | {"csrf_token": token})
    report.attempt("the same with a form of one's own", str(answer.status_code), refused=answer.status_code == 403)
    answer = _bare(victim).ask("POST", "/sign-out", data={"x": "y"})
    report.attempt("sign somebody out", str(answer.status_code), refused=answer.status_code == 403)


# --- sessions -----------------------------------------------------------------------------------------------------------


def attack_sessions(report: Report, scene: Scene, phone: Phone) -> None:
    """Sessions chosen, kept or taken half-way."""
    report.section("Fixed and stolen sessions", "A session that an attacker knows before, between or after.")
    marcus, planted = scene.people["marcus"], "planted-by-an-attacker-0123456789abcdef"
    browser = Browser(scene.url)
    browser.session.cookies.set("hub_session", planted, domain="127.0.0.1", path="/")
    flags: list[str] = []
    _watch(browser, flags)
    browser.give_password(marcus)
    half = browser.get("/account").status_code
    report.attempt(
        "use the session between password and code", f"led back to the sign-in ({half})", refused=half == 303
    )
    _half_way(report, browser)
    browser.send("/sign-in/second-factor", {"code": phone.code()})
    tokens = [cookie.value for cookie in browser.session.cookies if cookie.name == "hub_session"]
    report.attempt(
        "plant a session's token beforehand",
        "a new one is made at sign-in",
        refused=tokens != [planted] and bool(tokens),
    )
    thief = Browser(scene.url)
    thief.session.headers["Cookie"] = f"hub_session={planted}"
    _led_away(report, "come in with the planted one", thief)
    loose = [said for said in flags if not _is_guarded(said)]
    report.many(
        "find a cookie that scripts or other sites can use",
        "HttpOnly, SameSite and Path on each",
        loose,
        tried=len(flags),
    )
    kept = Browser(scene.url)
    kept.session.cookies.update(browser.session.cookies)
    browser.send("/sign-out", {}, page="/account")
    _led_away(report, "go on with a copy of a session that was ended", kept)


def _led_away(report: Report, what: str, browser: Browser) -> None:
    page, api = browser.get("/account").status_code, browser.get("/api/v1/sessions").status_code
    report.attempt(what, f"pages {page}, API {api}", refused=(page, api) == (303, 401))


def _half_way(report: Report, browser: Browser) -> None:
    """Between password and code nothing but the code must be of any use."""
    ways = ("/account/factors", "/api/v1/inbox", "/api/v1/people", "/sign-in/enrol", "/sign-in/enrol/app")
    got_in = [way for way in ways if browser.get(way).status_code == 200]
    report.many("go round the second factor", "303, 401 or the beginning again", got_in, tried=len(ways))


def _watch(browser: Browser, flags: list[str]) -> None:
    def note(answer: requests.Response, *_: Any, **__: Any) -> None:
        flags.extend(answer.raw.headers.getlist("Set-Cookie"))

    browser.session.hooks["response"].append(note)


def _is_guarded(said: str) -> bool:
    return all(word in said for word in ("HttpOnly", "SameSite=Lax", "Path=/")) and "Domain=" not in said
