"""The reports of the matrix: one that is written, one that was sent, given to the host and the police, and asked about."""

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from hub.directory import queries as directory
from hub.spotpurchase.reports import queries, schemas, service
from hub.spotpurchase.reports.models import InterviewReport
from tests.access.matrix_interviews import PARTIES, Buying
from tests.access.matrix_world import record
from tests.conftest import NOW
from tests.registry.papers import NORWICH
from tests.registry.two_senders import named
from tests.spotpurchase.reporting import NARRATIVE, RECORD

if TYPE_CHECKING:
    from tests.access.matrix_builder import Builder

BY = "T. Field, interviewer"
GIVEN = {
    "necessity": ["protect_the_child"], "proportionality": "Invented: no less would do.", "wishes": "agrees", "by": BY,
}  # fmt: skip
_NOISY = {"family_name": "Clamour", "given_names": "Quincy", "born_on": "2012-06-07"}


def add_reports(builder: "Builder") -> None:
    """One interview that is held and written up, one whose report was sent; and the noise's, which was sent and given."""
    keep, sold = builder.records, Buying(builder, "interviews")
    written = Writing(sold, "leeds", sold.of("leeds", named(given_names="Dogwood")))
    written.writes()
    keep["interview written"] = [record(written.request, **PARTIES)]
    sent = Writing(sold, "leeds", sold.of("leeds", named(given_names="Elder")))
    report = sent.sends()
    again = GIVEN | {"recipient": builder.refs["west_yorkshire_police"], "view": "intelligence"}
    keep["interview reported"] = [record(sent.request, **PARTIES)]
    keep["interview report"] = [record(report, paper=again, leeds="placing", interviews="performer")]
    view, asked = sent.gives(report, "kent", "summary"), sent.gives(report, "kent_police", "intelligence")
    sent.asks(asked, "kent_police")
    both = {"leeds": "placing", "interviews": "performer"}
    keep["report view"] = [record(view, **both, kent="recipient")]
    keep["report view asked"] = [record(asked, **both, kent_police="recipient")]
    ours, theirs, referral = sent.points()
    keep["recommendation"] = [record(ours, leeds="placing"), record(theirs, kent="host")]
    keep["interview referral"] = [record(referral, leeds="placing")]
    _add_noise(builder)


def _add_noise(builder: "Builder") -> None:
    sold = Buying(builder, "northstar")
    bought = sold.of("bradford", _NOISY, address=NORWICH, provider={"urn": "SC900009"})
    noise = Writing(
        sold, "bradford", bought, born_on=_NOISY["born_on"], narrative="Invented: Quentin Clamour was there."
    )
    report = noise.sends()
    ours, theirs, referral = noise.points()
    with builder.database.write() as session:
        directory.join_organisation(session, builder.ids["norfolk"], NOW)
    builder.noise |= {"interview report": report, "report view": noise.gives(report, "norfolk", "summary")}
    builder.noise |= {"recommendation": ours, "host's recommendation": theirs, "interview referral": referral}


class Writing:
    """An interview that was held, its author, and the council that bought it."""

    def __init__(
        self, sold: Buying, buyer: str, bought: dict[str, str], *, narrative: str = NARRATIVE, **about: str
    ) -> None:
        self.sold, self.buyer, self.narrative, self.about = sold, buyer, narrative, about
        self.request = bought["interview"]
        sold.holds(bought["interview appointment"])

    def writes(self) -> int:
        """The version of the draft."""
        said: dict[str, Any] = {"record": {**deepcopy(RECORD), "about": self.about}, "narrative": self.narrative}
        content = schemas.ReportDraftIn().load(said)
        with self.sold.builder.database.write() as session:
            return service.save_draft(session, self.sold.provider, self.request, content, version=0, now=NOW).version

    def sends(self) -> str:
        """The reference of the report."""
        version = self.writes()
        made = self.sold.does(self.sold.provider, service.submit, self.request, version=version, by=BY, now=NOW)
        return str(made.ref)

    def gives(self, report: str, to: str, view: str) -> str:
        """The reference of the share."""
        told = schemas.ShareIn().load(GIVEN | {"recipient": self.sold.builder.refs[to], "view": view})
        council = self.sold.builder.cast.actors[self.buyer]
        return str(self.sold.does(council, service.share, report, told, now=NOW).ref)

    def asks(self, share: str, member: str) -> None:
        actor = self.sold.builder.cast.actors[member]
        self.sold.does(actor, service.ask, share, text="Invented: which shop?", by=BY, now=NOW)

    def points(self) -> tuple[str, str, str]:
        """The references of the recommendations to the placing and to the host authority, and of the referral."""
        with self.sold.builder.database.read() as session:
            [report] = session.query(InterviewReport).filter(InterviewReport.submitted_at.is_not(None)).all()[-1:]
            ours, theirs = queries.recommendations_of(session, report.id)
            [referral] = queries.referrals_of(session, report.id)
            return ours.ref, theirs.ref, referral.ref
