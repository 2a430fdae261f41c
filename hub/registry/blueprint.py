"""The blueprint on which every route over notices and placements is laid."""

from hub.core.http import Blueprint

blp = Blueprint(
    "registry", __name__, url_prefix="/api/v1", description="Notices, placements, drafts, the host's register"
)
