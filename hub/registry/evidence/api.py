"""Evidence packs over HTTP, and the public key that proves them."""

from typing import Any, Final

import marshmallow as ma
from flask import Response

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import PUBLIC, Blueprint, resource, route
from hub.core.settings import Settings
from hub.duties.rulebook import Rulebook
from hub.registry.evidence.drawing import drawn
from hub.registry.evidence.pack import evidence_pack
from hub.registry.evidence.paper import file_name
from hub.registry.evidence.proof import ALGORITHM, PURPOSE, public_key_pem

blp = Blueprint("evidence", __name__, url_prefix="/api/v1", description="Evidence: what was sent, proved offline.")


class SignatureOut(ma.Schema):
    """An Ed25519 signature over the evidence as canonical JSON: sorted keys, no spaces, UTF-8."""

    algorithm = ma.fields.String(required=True)
    key_id = ma.fields.String(required=True)
    value = ma.fields.String(required=True, metadata={"description": "128 hexadecimal digits"})


class EvidencePackOut(ma.Schema):
    """Evidence and its signature. It says nothing about a child: of what was written it holds hashes and names of fields."""

    evidence = ma.fields.Dict(required=True, keys=ma.fields.String())
    signature = ma.fields.Nested(SignatureOut, required=True)


class EarlierKeyOut(ma.Schema):
    """A public key with which packs were signed before, or will be from an instant that is set."""

    key_id = ma.fields.String(required=True)
    public_key = ma.fields.String(required=True, metadata={"description": "PEM"})


class EvidenceKeyOut(ma.Schema):
    """The hub's public key for evidence, and the other ones that a pack's ``key_id`` may name."""

    algorithm = ma.fields.String(required=True)
    key_id = ma.fields.String(required=True)
    public_key = ma.fields.String(required=True, metadata={"description": "PEM"})
    earlier_keys = ma.fields.List(ma.fields.Nested(EarlierKeyOut), required=True)


@route(blp, "GET", "/notices/<ref>/evidence", permission="evidence.read", out=EvidencePackOut, cost=1)
def issue_evidence(actor: Actor, ref: str) -> Any:
    """Give the signed evidence of a notice that your organisation sent or received; the issue is recorded."""
    with resource(Database).write() as session:
        return evidence_pack(session, actor, ref, rules=resource(Rulebook), now=utc_now())


PAPER: Final = {
    "description": "The evidence as a PDF, with the signed pack attached inside it",
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
}


@route(blp, "GET", "/notices/<ref>/evidence.pdf", permission="evidence.read", cost=5)
@blp.doc(responses={"200": PAPER})  # type: ignore[untyped-decorator]
def issue_evidence_on_paper(actor: Actor, ref: str) -> Response:
    """Give the same evidence as a PDF for people; the pack for machines is attached inside it. The issue is recorded."""
    with resource(Database).write() as session:
        pack = evidence_pack(session, actor, ref, rules=resource(Rulebook), now=utc_now())
    address = f"{resource(Settings).base_url}/api/v1/evidence-key"
    response = Response(drawn(pack, key_address=address), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=file_name(pack, "pdf"))
    return response


@route(blp, "GET", "/evidence-key", permission=PUBLIC, out=EvidenceKeyOut)
def show_evidence_key(_actor: Actor | None) -> Any:
    """The public key with which anybody can verify an evidence pack, without the hub."""
    keys = resource(Database).keys
    key_id, public = keys.newest_id, keys.public_keys(PURPOSE)
    earlier = {other: public_key_pem(key) for other, key in public.items() if other != key_id}
    return {
        "algorithm": ALGORITHM,
        "key_id": key_id,
        "public_key": public_key_pem(public[key_id]),
        "earlier_keys": [{"key_id": other, "public_key": pem} for other, pem in earlier.items()],
    }
