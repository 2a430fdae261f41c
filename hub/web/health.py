"""Is the process alive; is the hub ready; how much waits. No personal data: counts and instants."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, make_response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import DBAPIError

from hub import migrations
from hub.core.clock import iso, utc_now
from hub.core.db import Database
from hub.core.http import PUBLIC, resource
from hub.core.settings import Settings
from hub.notify.auditor import is_fresh
from hub.notify.backlog_queries import backlog
from hub.notify.nodes import nodes

blp = Blueprint("health", __name__)
_METRICS: Final[Mapping[str, str]] = {
    "steps_due": "Obligations whose next step is due and not taken yet; 10000 means that or more",
    "oldest_step_due_seconds": "How long the oldest of these has been due",
    "deliveries_due": "E-mails, webhooks and inbox alerts due and not sent yet; 10000 means that or more",
    "oldest_delivery_due_seconds": "How long the oldest of these has been due",
    "contact_points_set_aside": "Contact points that failed so often that nothing goes there until somebody verifies them",
    "auditor_is_well": "1 when the auditor found a next step or an owner for all that is open",
    "auditor_age_seconds": "How long ago the auditor last spoke",
    "workers_alive": "Worker processes that spoke within the last minute",
    "jobs_failing": "Jobs of these workers whose last round failed; the log and the operator's page name them",
}


def public(view: Any) -> Any:
    """Mark a page that anybody may see."""
    view.permission = PUBLIC
    return view


def unlimited(view: Any) -> Any:
    """Mark a page that may be asked for as often as anybody likes: it costs next to nothing, or platforms ask for it."""
    view.is_unlimited = True
    return view


@blp.get("/healthz")
@unlimited
@public
def healthz() -> dict[str, str]:
    """Whether the process lives, and what time the hub has."""
    return {"status": "alive", "now": iso(utc_now())}


@blp.get("/readyz")
@unlimited
@public
def readyz() -> Response:
    """Whether the database answers, its schema is the newest, and the auditor has spoken lately and found all well."""
    checks = _checks()
    is_ready = all(verdict == "well" for verdict in checks.values())
    return make_response({"status": "ready" if is_ready else "not ready", "checks": checks}, 200 if is_ready else 503)


def _checks() -> dict[str, str]:
    database = resource(Database)
    try:
        if not migrations.is_current(database):
            return {"database": "well", "migrations": "the schema is not the newest: run hub migrate"}
        stale_seconds = resource(Settings).auditor_stale_seconds
        with database.read() as session:
            is_audited = is_fresh(session, now=utc_now(), stale_seconds=stale_seconds)
    except DBAPIError:
        return {"database": "it does not answer"}
    said = "well" if is_audited else "it is stale or has found faults: see that hub worker runs, and hub auditor"
    return {"database": "well", "migrations": "well", "auditor": said}


@blp.get("/metrics")
@unlimited
@public
def metrics() -> Response:
    """Counts for Prometheus, read from the database, so that they hold for any number of processes."""
    registry = CollectorRegistry()
    with resource(Database).read() as session:
        alive = [node for node in nodes(session) if node.is_alive]
        counts = backlog(session, now=utc_now()) | {
            "workers_alive": len(alive),
            "jobs_failing": len({job for node in alive for job in node.failing}),
        }
    for name, meaning in _METRICS.items():
        Gauge(f"hub_{name}", meaning, registry=registry).set(counts[name])
    response = make_response(generate_latest(registry))
    response.headers["Content-Type"] = CONTENT_TYPE_LATEST
    return response
