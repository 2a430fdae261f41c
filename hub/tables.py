"""Every table of the hub, gathered in one place: for migrations, and for tests that walk the columns."""

from hub.access import models as access
from hub.access.held_forms import models as held_form_models
from hub.access.teams import models as team_models
from hub.audit import models as audit
from hub.core import idempotency, limits, rotation_models
from hub.core.db import Base
from hub.directory import models as directory
from hub.directory.duty import models as duty_models
from hub.lookup import models as look_up_models
from hub.missing import models as missing
from hub.notify import models as notify
from hub.registry import models as registry
from hub.registry import shield_models
from hub.registry.casework import models as casework_models
from hub.registry.desk import models as desk_models
from hub.registry.markers import models as marker_models
from hub.registry.uploads import models as uploads_models
from hub.spotpurchase import models as interview_requests
from hub.spotpurchase.interviews import models as interviews
from hub.spotpurchase.money import models as interview_money
from hub.spotpurchase.providers import models as interview_providers
from hub.spotpurchase.reports import models as interview_reports

MODULES = (
    access,
    audit,
    casework_models,
    desk_models,
    directory,
    duty_models,
    held_form_models,
    idempotency,
    interview_money,
    interview_providers,
    interview_reports,
    interview_requests,
    interviews,
    limits,
    missing,
    look_up_models,
    marker_models,
    notify,
    registry,
    shield_models,
    rotation_models,
    team_models,
    uploads_models,
)
ALL = Base.metadata.sorted_tables
