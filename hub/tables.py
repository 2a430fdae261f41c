"""Every table of the hub, imported in one place: for migrations, and for tests that walk the columns."""

import hub.access.models
import hub.audit.models
import hub.core.idempotency
import hub.core.limits
import hub.directory.models
import hub.notify.models
import hub.registry.models
from hub.core.db import Base

ALL = Base.metadata.sorted_tables
