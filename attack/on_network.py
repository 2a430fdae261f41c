"""Making the hub itself connect where an attacker cannot: into its own network. And messages that are not what the hub sent."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select
from standardwebhooks import Webhook, WebhookVerificationError

from attack.browsing import Browser, client
from attack.receivers import NOWHERE, ZONE, HookEar, Trap, closing_all
from attack.staging import Scene
from attack.telling import Report
from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.core.ids import new_ref
from hub.directory import contact_points
from hub.directory.models import ContactPoint
from hub.notify.models import Delivery
from hub.notify.outbox import Wanted, raise_alerts

VICTIM: Final = "harbour"
"""Whose desk the webhooks are: an agency, which needs no second person."""
UNSPECIFIED: Final = "0.0.0.0"  # noqa: S104  # nosec B104  # an address to be refused, none to listen at
SPELLINGS: Final = (
    "127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "0",
    UNSPECIFIED, "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1",
    "192.168.1.1", "172.16.0.1", "100.64.0.1", "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]", "224.0.0.1",
    "255.255.255.255", "127.0.0.1.", "LOCALHOST.", "metadata.google.internal", "printer.local", "intranet",
)  # fmt: skip
"""Of addresses inside the network; refused when they are typed, or, where only a resolver can tell, before a connection."""
LIES: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "plain": [["127.0.0.1"]],
    "six": [["::1"]],
    "both": [[NOWHERE, "127.0.0.1"]],
    "mapped": [["::ffff:127.0.0.1"]],
    "nat": [["64:ff9b::7f00:1"]],
    "sixtofour": [["2002:7f00:1::"]],
    "metadata": [["169.254.169.254"]],
    "unspecified": [[UNSPECIFIED]],
    "carrier": [["100.64.0.1"]],
    "rebinding": [[NOWHERE], ["127.0.0.1"]],
}
"""What the name server says of names in the zone: at the first question, and at every one after."""
_PATIENCE_SECONDS = 40


def answers(name: str, asked: int) -> list[str]:
    """What the name server says of *name* when it is asked for the *asked*-th time."""
    told = LIES.get(name.removesuffix(f".{ZONE}"), [[]])
    return list(told[min(asked, len(told)) - 1])


def attack(report: Report, scene: Scene, admin: Browser) -> None:
    """Try to make the hub connect to a port inside its network."""
    report.section(
        "Into the hub's own network", "Webhooks and identity providers that lead to what only the hub can reach."
    )
    trap = Trap()
    with closing_all(trap):
        _typed(report, scene, trap)
        _issuers(report, scene, admin, trap)
        _resolved(report, scene, trap)
        _redirected(report, scene, trap)


def _typed(report: Report, scene: Scene, trap: Trap) -> None:
    agency, own = client(scene.url, scene.cast.tokens[VICTIM]), scene.cast.refs[VICTIM]
    odd = ("http://example.com/", "file:///etc/passwd", "gopher://example.com/", "https://a:b@example.com/",
           "https://example.com\\@127.0.0.1/", "https://example.com#@127.0.0.1/", "https://127.0.0.1%2f.example.com/",
           "https://example.com:0/", "//127.0.0.1/", "https:///127.0.0.1/", "https://１２７.0.0.1/")  # fmt: skip
    tried = [f"https://{host}:{trap.port}/" for host in SPELLINGS] + list(odd)
    taken = []
    for address in tried:
        body = {"role": "duty_desk", "channel": "webhook", "address": address, "purpose": "Attack"}
        answer = agency.ask("POST", f"/api/v1/organisations/{own}/contact-points", json=body)
        taken += [f"{address}: {answer.status_code}"] if answer.status_code != 422 else []
    report.many("type an address inside the network for a webhook", "422", taken, tried=len(tried))


def _issuers(report: Report, scene: Scene, admin: Browser, trap: Trap) -> None:
    kept = 0
    for host in SPELLINGS:
        body = {
            "name": "A",
            "issuer": f"https://{host}:{trap.port}",
            "client_id": "a",
            "group_roles": {"a": "duty_desk"},
        }
        answer = admin.ask("POST", "/api/v1/identity-providers", json=body)
        if answer.status_code == 201:
            kept += 1
            Browser(scene.url).get(f"/sign-in/with/{answer.json()['ref']}")
    said = f"no connection is made ({kept} of {len(SPELLINGS)} could be entered)"
    report.attempt("let an identity provider lead inside", said, refused=trap.touched == 0)


def _resolved(report: Report, scene: Scene, trap: Trap) -> None:
    """Names that a lying name server leads inside: each is put at a desk past the check, and the hub is made to write to it."""
    for name in LIES:
        _put_at_a_desk(scene, f"https://{name}.{ZONE}:{trap.port}/", role=f"desk_{name}")
    scene.start_worker()
    for name in LIES:
        codes = _sent_to(scene, f"desk_{name}", rounds=2 if name == "rebinding" else 1)
        through = trap.touched > 0 or codes[-1] != "private_address"
        report.attempt(
            f"a name that leads inside ({name})", f"{' then '.join(codes)}; no connection", refused=not through
        )
    asked = scene.names.asked.get(f"rebinding.{ZONE}", 0)
    report.note(f"the name that changed its address was looked up {asked} times: once for each connection, never twice")


def _redirected(report: Report, scene: Scene, trap: Trap) -> None:
    """In a closed network, where private addresses are allowed: still no redirects, and never where secrets are kept."""
    leading = HookEar(302, {"Location": f"http://127.0.0.1:{trap.port}/"})
    again = HookEar(307, {"Location": f"http://127.0.0.1:{trap.port}/"})
    with closing_all(leading, again):
        scene.start_worker(webhook_private_addresses=True)
        for what, address in (
            ("a receiver that leads on (302)", leading.url),
            ("a receiver that leads on, with the body (307)", again.url),
            ("the address of a platform's secrets", "http://169.254.169.254/latest/meta-data/"),
            ("the same, in IPv6", "http://[fd00:ec2::254]/latest/"),
        ):
            role = "desk_" + new_ref("x")[-8:]
            _put_at_a_desk(scene, address, role=role)
            (code,) = _sent_to(scene, role)
            report.attempt(what, f"{code}; nothing is followed", refused=trap.touched == 0 and not code.startswith("2"))
    scene.start_worker()


def _put_at_a_desk(scene: Scene, address: str, *, role: str) -> tuple[str, str]:
    """A verified webhook, as if its address had passed every check: its reference and its signing secret."""
    with scene.database.write() as session:
        wanted = {
            "role": "duty_desk",
            "channel": "webhook",
            "address": "https://receiver.example/",
            "purpose": "Attack",
        }
        added = contact_points.add(
            session, SYSTEM, scene.cast.refs[VICTIM], wanted, private_webhooks=False, now=utc_now()
        )
        added.point.address, added.point.role = address, role
        added.point.verified_at, added.point.verified_by = utc_now(), "The attack"
        session.add(added.point)
        secret = added.signing.secret if added.signing else None
        return added.point.ref, secret or ""


def _sent_to(scene: Scene, role: str, *, rounds: int = 1) -> list[str]:
    """Alert the desk, and wait until the worker has tried so often: what came of each attempt."""
    with scene.database.write() as session:
        wanted = Wanted("notice.registered", scene.cast.ids[VICTIM], role, new_ref("ntc"), is_urgent=True)
        raise_alerts(session, [wanted], rules=scene.rules, now=utc_now())
    codes: list[str] = []
    deadline = time.monotonic() + _PATIENCE_SECONDS * rounds
    while len(codes) < rounds and time.monotonic() < deadline:
        time.sleep(0.1)
        tried, code = _standing(scene, role)
        if tried > len(codes) and code:
            codes.append(code)
    return codes or ["not tried"]


def _standing(scene: Scene, role: str) -> tuple[int, str | None]:
    with scene.database.read() as session:
        rows = select(Delivery.attempts, Delivery.last_code).join(
            ContactPoint, ContactPoint.id == Delivery.contact_point_id
        )
        row = session.execute(rows.where(ContactPoint.role == role).order_by(Delivery.id.desc())).first()
        return (row[0], row[1]) if row else (0, None)


# --- webhooks -----------------------------------------------------------------------------------------------------------


def attack_webhooks(report: Report, scene: Scene) -> None:
    """A genuine message is caught; then it is altered, repeated and forged, and an independent receiver judges."""
    report.section("Altered and repeated webhooks", "A message on its way is changed, or sent again, or made up.")
    ear = HookEar()
    with closing_all(ear):
        _, secret = _put_at_a_desk(scene, ear.url, role="desk_heard")
        scene.start_worker(webhook_private_addresses=True)
        _sent_to(scene, "desk_heard")
        headers, body = ear.requests[0]
    receiver = Webhook(secret)
    is_good = receiver.verify(body, headers) == json.loads(body)
    report.attempt("send the genuine message", "taken: what follows is judged by the same receiver", refused=is_good)
    message, stamp = headers["webhook-id"], int(headers["webhook-timestamp"])
    old = datetime.fromtimestamp(stamp, UTC) - timedelta(minutes=10)
    other = Webhook("whsec_" + "b" * 43 + "=")
    for what, sent, altered in (
        ("another body", body.replace(b"ntc_", b"ntd_"), headers),
        ("a body with one more space", body + b" ", headers),
        ("another id, so that it looks new", body, headers | {"webhook-id": "dlv_" + "0" * 26}),
        ("a later timestamp, so that it looks new", body, headers | {"webhook-timestamp": str(stamp + 60)}),
        ("no signature", body, {name: value for name, value in headers.items() if name != "webhook-signature"}),
        ("no id", body, {name: value for name, value in headers.items() if name != "webhook-id"}),
        ("another's signature", body, headers | {"webhook-signature": other.sign(message, datetime.now(UTC), body.decode())}),
        ("the same ten minutes later", body, headers | {"webhook-timestamp": str(stamp - 600),
         "webhook-signature": receiver.sign(message, old, body.decode())}),
    ):  # fmt: skip
        is_taken = _is_taken(receiver, sent, altered)
        report.attempt(what, "taken" if is_taken else "not taken", refused=not is_taken)
    _inbound(report, scene)


def _is_taken(receiver: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        receiver.verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def _inbound(report: Report, scene: Scene) -> None:
    """What others may send to the hub without a key: word from an identity provider that somebody has signed out there."""
    none = "eyJhbGciOiJub25lIn0." + "eyJpc3MiOiJodHRwczovL2xvZ2luLmxlZWRzLmV4YW1wbGUifQ" + "."
    tries = {"nothing": "", "noise": "x.y.z", "a token without a signature": none, "a very long token": "e" * 100_000}
    for what, token in tries.items():
        answer = Browser(scene.url).ask("POST", "/sign-in/backchannel-logout", data={"logout_token": token})
        report.attempt(
            f"sign people out with {what}", str(answer.status_code), refused=answer.status_code in (400, 413, 422)
        )
