"""The whole attack, in order: who attacks, with what, and how often."""

from dataclasses import dataclass

from attack import on_bodies, on_clock, on_fields, on_forms, on_mail, on_network, on_people, on_references, on_tenants
from attack.belongings import Belongings, lay_out
from attack.browsing import Browser, Phone, client
from attack.on_tenants import Stranger
from attack.staging import Scene, staged
from attack.telling import Report
from hub.app import create_app
from hub.demonstration.cast import FORCES
from hub.demonstration.people import PEOPLE


@dataclass(frozen=True)
class Scale:
    """How much of everything. ``trials``: of each of the two answers whose times are compared."""

    guesses: int = 300
    trials: int = 1_000
    of_each_kind: int = 2
    strangers: int = 4
    asked_of_lists: int = 8
    every_so_many: int = 1
    """Of the routes: each, each second …"""

    @classmethod
    def quick(cls) -> "Scale":
        return cls(guesses=5, trials=20, of_each_kind=1, strangers=1, asked_of_lists=1, every_so_many=4)


@dataclass
class Attackers:
    """Who takes part, each with a telephone of their own.

    Sensitive acts ask for a sign-in of these minutes, and a code is good once: so there are two administrators of Leeds.
    """

    scene: Scene
    phones: dict[str, Phone]

    def signed_in(self, name: str) -> Browser:
        return Browser(self.scene.url).sign_in(self.scene.people[name], self.phones[name])


def run(report: Report, scale: Scale) -> None:
    """Attack."""
    with staged(on_network.answers) as scene:
        who = Attackers(scene, {name: Phone(each.totp_secret) for name, each in scene.people.items()})
        scene.start_worker()
        helen = who.signed_in("helen")
        theirs = lay_out(scene, helen, of_each_kind=scale.of_each_kind)
        _as_people(report, scene, who, theirs, helen)
        _on_the_wire(report, scene, who.signed_in("nils"))
        _as_strangers(report, scene, who, theirs, scale)
        on_clock.attack(report, scene, theirs, trials=scale.trials)
        scene.start_worker()
        on_people.attack_expired(report, scene, who.signed_in("nils"))


def _colleagues(scene: Scene, member: str) -> frozenset[str]:
    """The references of everybody who acts for a member of the cast: its system, its people, and Mallory for Cornwall."""
    theirs = {name for name, (of, _, _) in PEOPLE.items() if of == member} | {"mallory" if member == "cornwall" else ""}
    return frozenset(
        {scene.cast.actors[member].ref, *(each.ref for name, each in scene.people.items() if name in theirs)}
    )


def _as_strangers(report: Report, scene: Scene, who: Attackers, theirs: Belongings, scale: Scale) -> None:
    cast, mallory = scene.cast, who.signed_in("mallory")
    strangers = [Stranger("Mallory of Cornwall", mallory, _colleagues(scene, "cornwall"))]
    for name, member in (
        ("a system of Cornwall", "cornwall"),
        ("a system of another force", "west_yorkshire_police"),
        ("a system of another home", "lantern_lodge"),
    ):
        browser, is_force = client(scene.url, cast.tokens[member]), member in FORCES
        strangers.append(Stranger(name, browser, _colleagues(scene, member), is_force=is_force))
    on_references.attack(report, scene, strangers[1].browser, theirs, guesses=scale.guesses)
    app = create_app(scene.settings)
    on_tenants.attack(
        report,
        app,
        strangers[: scale.strangers],
        theirs,
        asked_of_lists=scale.asked_of_lists,
        every_so_many=scale.every_so_many,
    )


def _as_people(report: Report, scene: Scene, who: Attackers, theirs: Belongings, helen: Browser) -> None:
    on_fields.attack(report, create_app(scene.settings), scene, helen, theirs)
    on_bodies.attack(report, scene)
    priya = who.signed_in("priya")
    on_forms.attack(report, scene, helen, priya)
    on_forms.attack_sessions(report, scene, who.phones["marcus"])
    on_people.attack(report, scene, helen, priya)
    on_people.attack_codes(report, scene, who.phones)


def _on_the_wire(report: Report, scene: Scene, admin: Browser) -> None:
    on_mail.attack(report, scene, admin)
    on_network.attack(report, scene, admin)
    on_network.attack_webhooks(report, scene)
