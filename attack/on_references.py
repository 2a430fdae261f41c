"""Guessing and forging: references, keys, sessions, links. And paths that lead out of the hub."""

import secrets
from collections.abc import Iterable

from attack.belongings import Belongings
from attack.browsing import Browser, client, raw
from attack.staging import Scene
from attack.telling import Report
from hub.core.ids import new_ref

_OUTSIDE = ("root:", "[project]", "[[key]]", "SQLite format")
"""What stands in files that nobody should be shown."""


def attack(report: Report, scene: Scene, stranger: Browser, theirs: Belongings, *, guesses: int) -> None:
    """Guess, forge, and climb."""
    report.section(
        "Guessed and forged references", "A reference, a key or a cookie that was not given to whoever sends it."
    )
    _references(report, stranger, theirs, guesses)
    _keys(report, scene, guesses)
    _sessions(report, scene, guesses)
    report.section("Paths that lead elsewhere", "Files of the machine through addresses, names and headers.")
    _paths(report, scene)
    _hosts(report, scene)


def _references(report: Report, stranger: Browser, theirs: Belongings, guesses: int) -> None:
    near = theirs.notice
    last = [near[:-1] + letter for letter in "0123456789abcdefghjkmnpqrstvwxyz" if letter != near[-1]]
    guessed = last + [new_ref("ntc") for _ in range(guesses)]
    found = [ref for ref in guessed if stranger.get(f"/api/v1/notices/{ref}").status_code != 404]
    report.many("guess the reference of a notice, from its neighbours' on", "404", found, tried=len(guessed))
    odd = [
        "1",
        "-1",
        "0",
        "ntc_",
        "ntc_*",
        "%00",
        "ntc_%00",
        "' OR 1=1 --",
        "1;DROP TABLE notice",
        "..%2fpeople",
        "null",
        "x" * 5_000,
    ]
    answered = [ref for ref in odd if stranger.get(f"/api/v1/notices/{ref}").status_code not in (404, 414, 400)]
    report.many("send what is no reference", "404", answered, tried=len(odd))


def _keys(report: Report, scene: Scene, guesses: int) -> None:
    genuine = scene.cast.tokens["leeds"]
    prefix = genuine.rsplit("_", 1)[0] if genuine.count("_") == 2 else "_".join(genuine.split("_")[:2])
    forged = [f"{prefix}_{secrets.token_urlsafe(32)}" for _ in range(guesses)]
    forged += [
        genuine[:-1],
        genuine + "A",
        genuine.upper(),
        f"{prefix}_",
        "hub__",
        "null",
        genuine.replace("hub_", "hub"),
    ]
    let_in = [key for key in forged if client(scene.url, key).get("/api/v1/inbox").status_code != 401]
    report.many("guess an API key whose public part is known", "401", let_in, tried=len(forged))


def _sessions(report: Report, scene: Scene, guesses: int) -> None:
    forged = [secrets.token_urlsafe(32) for _ in range(guesses)] + ["", "null", "admin", "ses_" + "0" * 26, "\x7f"]
    let_in = []
    for token in forged:
        browser = Browser(scene.url)
        browser.session.headers["Cookie"] = f"hub_session={token}"
        page, api = browser.get("/account").status_code, browser.get("/api/v1/sessions").status_code
        if page not in (303, 400) or api not in (401, 400):
            let_in.append(f"{token[:8]!r}: {page}, {api}")
    report.many("guess a session's cookie", "led to the sign-in; 401 for the API", let_in, tried=len(forged))


def _paths(report: Report, scene: Scene) -> None:
    tries = list(_climbing())
    shown = []
    for target in tries:
        status, body = raw(scene.port, "GET", target)
        if status == 200 or any(word in body.decode("latin-1") for word in _OUTSIDE):
            shown.append(f"{target}: {status}")
    report.many("climb out of the folder of styles", "404", shown, tried=len(tries))


def _climbing() -> Iterable[str]:
    dots = ("..", "%2e%2e", "..%2f..", "%2e%2e%2f", "....//", "..%5c..", "..\\..", "%252e%252e", "..%00", "..;")
    for up in dots:
        for depth in (1, 4, 9):
            for name in ("etc/passwd", "pyproject.toml", "keys.toml", "wsgi.py"):
                yield f"/static/{'/'.join([up] * depth)}/{name}"
    yield from (
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/.git/config",
        "/../../etc/passwd",
        "/config/hub.toml",
    )


def _hosts(report: Report, scene: Scene) -> None:
    for host in (
        "evil.example",
        f"evil.example:{scene.port}",
        "127.0.0.1.evil.example",
        "evil.example, 127.0.0.1",
        "[::2]",
    ):
        status, _ = raw(scene.port, "GET", "/", {"Host": host})
        report.attempt(f"ask under the name {host}", str(status), refused=status in (400, 421))
    status, body = raw(
        scene.port, "GET", "/sign-in", {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    )
    is_there = b"evil.example" in body
    report.attempt(
        "put another name into the hub's own links", "no page repeats it", refused=status == 200 and not is_there
    )
