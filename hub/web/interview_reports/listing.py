"""All reports of interviews that the reader's organisation wrote or was sent: what waits first, the newest of each above."""

import io
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy.orm import Session

from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.ids import is_ref
from hub.spotpurchase.reports import service
from hub.spotpurchase.reports.briefs import ReportBrief
from hub.spotpurchase.reports.models import WAITS
from hub.spotpurchase.reports.reading import SharedBrief
from hub.web.cursors import ref_in_address
from hub.web.interview_reports import words
from hub.web.interview_reports.blueprint import blp, shown
from hub.web.interview_reports.one import PATH
from hub.web.interviews.words import child
from hub.web.pages import led_to
from hub.web.signed_in import acting, allowed, may

AT_ONCE: Final = 50
OF_EACH: Final = 20
SHARES: Final = 5
_LEADS: Final = {
    "irp": "/interview-reports/",
    "rhi": "/interviews/",
    "rec": "/interview-points/",
    "sfr": "/interview-points/",
}


@dataclass(frozen=True)
class Asked:
    """Which part of the list. ``show``: what they wait for, empty for all; ``ref``: of a missing episode that they are about."""

    show: str = ""
    ref: str = ""
    after: str = ""


@dataclass(frozen=True)
class Group:
    """Reports that wait for the same. ``further_path``: to the rest of them; empty where there is none."""

    waits_for: str
    listed: list[ReportBrief]
    further_path: str


@blp.get(PATH)
@may("report.read")
def reports() -> Response:
    """The list; a reference leads to what it is of. The police have extracts alone. The reading is recorded."""
    if acting().organisation_kind == "police_force":
        return led_to("/extracts")
    sought = request.args.get("ref", "").strip()
    for kind, path in _LEADS.items():
        if is_ref(sought, kind):
            return led_to(f"{path}{sought}")
    return _list(_asked(), sought)


def _asked() -> Asked:
    show, ref = (request.args.get(name, "").strip() for name in ("show", "ref"))
    return Asked(show if show in WAITS else "", ref if is_ref(ref, "mis") else "", ref_in_address("irp") or "")


def _list(wanted: Asked, sought: str) -> Response:
    is_wrong = bool(sought) and not wanted.ref
    with resource(Database).write() as session:
        groups = _groups(session, wanted)
        children = service.children_in(session, [each for group in groups for each in group.listed])
        given = _given(session) if wanted == Asked() else []
    return shown(
        "reports",
        status=422 if is_wrong else 200,
        groups=[group for group in groups if group.listed],
        who={ref: child(name) for ref, name in children.items() if name},
        given=given,
        asked=wanted,
        shows=words.LIST_SHOWS,
        headings=words.headings(acting().organisation_kind or ""),
        count=sum(len(group.listed) for group in groups if group.waits_for in ("sending", "acknowledgement")),
        export_path=address(replace(wanted, after=""), path=f"{PATH}/export") if any(g.listed for g in groups) else "",
        may_be_given=allowed("report.acknowledge_view"),
        is_council=acting().organisation_kind == "local_authority",
        may_follow=allowed("missing.read"),
        typed={"ref": sought} if sought else {},
        errors={"ref": str(words.NO_REPORT_FOUND)} if is_wrong else {},
    )


def _groups(session: Session, wanted: Asked) -> list[Group]:
    actor, now, episode = acting(), utc_now(), wanted.ref or None
    if not wanted.show:
        found = service.list_by_waits(session, actor, episode=episode, at_most=OF_EACH + 1, now=now)
        return [_group(wanted, code, rows, OF_EACH) for code, rows in found.items()]
    rows = service.list_reports(
        session,
        actor,
        waits_for=wanted.show,
        episode=episode,
        after=wanted.after or None,
        at_most=AT_ONCE + 1,
        now=now,
    )
    return [_group(wanted, wanted.show, rows, AT_ONCE)]


def _group(wanted: Asked, code: str, rows: list[ReportBrief], at_most: int) -> Group:
    listed = rows[:at_most]
    return Group(code, listed, address(replace(wanted, show=code, after=listed[-1].ref)) if len(rows) > at_most else "")


def _given(session: Session) -> list[SharedBrief]:
    """What was given to the reader's council of reports of others, and waits to be acknowledged."""
    if not allowed("report.acknowledge_view"):
        return []
    return service.list_shares(session, acting(), state="given", after=None, at_most=SHARES, now=utc_now())


def address(wanted: Asked, *, path: str = PATH) -> str:
    """The address of that part of the list."""
    said = urlencode({name: word for name, word in vars(wanted).items() if word})
    return f"{path}?{said}" if said else path


# --- as a file --------------------------------------------------------------------------------------------------------


@blp.get(f"{PATH}/export")
@may("report.read")
def ask_for_file() -> Response:
    """What a file would hold, before it is made."""
    wanted = replace(_asked(), after="")
    again, back = address(wanted, path=f"{PATH}/export"), address(wanted)
    return shown("export", asked=wanted, again=again, back_path=back, shows=dict(words.LIST_SHOWS))


@blp.post(f"{PATH}/export")
@may("report.read")
def file() -> Response:
    """The list as a CSV file; that it was made is recorded first."""
    wanted, now, written = _asked(), utc_now(), io.StringIO(newline="")
    narrowed: dict[str, Any] = {"waits_for": wanted.show or None, "episode": wanted.ref or None}
    with resource(Database).write() as session:
        service.export_reports(session, acting(), written, **narrowed, now=now)
    answer = Response(written.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    name = f"interview-reports-{london_date(now).isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
