"""What people see in a browser. Pages carry no rules and no SQL."""

from flask import Flask

from hub.web import (
    about,
    area_look_up,
    casework,
    design,
    headers,
    health,
    held,
    law_words,
    live,
    pages,
    record_pages,
    register,
    request_refs,
    signed_in,
    static_files,
    translating,
)
from hub.web.account import details as account_details
from hub.web.account import factors as account_factors
from hub.web.account import invitation as account_invitation
from hub.web.account import overview as account
from hub.web.account import password as account_password
from hub.web.account import prove as account_prove
from hub.web.auditing import pages as auditing_pages
from hub.web.calculator import pages as calculator
from hub.web.desk import pages as desk_pages
from hub.web.duty import calendars as duty_calendars
from hub.web.duty import pages as duty_pages
from hub.web.home import lists as home_lists
from hub.web.home import telling as home_telling
from hub.web.interview_reports import pages as interview_reports_pages
from hub.web.interviews import pages as interviews_pages
from hub.web.look_up import pages as look_up_pages
from hub.web.markers import pages as markers_pages
from hub.web.missing import pages as missing_pages
from hub.web.operator import areas as operator_areas
from hub.web.operator import asked_in as operator_asked_in
from hub.web.operator import health as operator_health
from hub.web.operator import organisations as operator_organisations
from hub.web.operator import reach as operator_reach
from hub.web.organisation import pages as organisation
from hub.web.pickup import pages as pickup
from hub.web.providing import pages as providing_pages
from hub.web.sign_in import enrol as sign_in_enrol
from hub.web.sign_in import pages as sign_in
from hub.web.sign_in import passkey as sign_in_passkey
from hub.web.sign_in import single_sign_on
from hub.web.statements import pages as statements
from hub.web.uploads import pages as uploads
from hub.web.writing import pages as writing

PAGES = (
    pages,
    pickup,
    sign_in,
    sign_in_passkey,
    sign_in_enrol,
    account,
    account_details,
    account_factors,
    account_invitation,
    account_password,
    account_prove,
    area_look_up,
    held,
    calculator,
    about,
    register,
    home_lists,
    home_telling,
    auditing_pages,
    writing,
    desk_pages,
    duty_pages,
    duty_calendars,
    interviews_pages,
    interview_reports_pages,
    look_up_pages,
    markers_pages,
    missing_pages,
    providing_pages,
    *organisation.PAGES,
    *casework.PAGES,
    operator_health,
    uploads,
    operator_organisations,
    operator_asked_in,
    operator_reach,
    operator_areas,
    statements,
)


def install(app: Flask) -> None:
    """Register every page and the health addresses, and what goes before and after each request."""
    request_refs.install(app)
    headers.install(app)
    design.install(app)
    translating.install(app)
    static_files.install(app)
    live.install(app)
    app.add_template_global(signed_in.new_key, "new_key")
    app.add_template_global(signed_in.allowed, "allowed")
    app.add_template_global(record_pages.path_of, "page_of_record")
    app.add_template_global(law_words.doubt_of, "doubt_of")
    held.install(app)
    app.register_blueprint(health.blp)
    for each in PAGES:
        app.register_blueprint(each.blp)
    single_sign_on.install(app)
