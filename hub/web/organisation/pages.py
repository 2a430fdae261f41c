"""Every group of pages of an organisation, for ``hub.web.install``."""

from typing import Final

from hub.web.organisation import (
    contact_point_acts,
    contact_points,
    invitations,
    ladder_changes,
    ladders,
    overview,
    people,
    person_acts,
    person_details,
    proposals,
    sign_in,
    systems,
)

PAGES: Final = (
    overview,
    people,
    invitations,
    person_acts,
    person_details,
    contact_points,
    contact_point_acts,
    ladders,
    ladder_changes,
    systems,
    proposals,
    sign_in,
)
