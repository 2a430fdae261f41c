"""What kinds of organisation and roles are called within a sentence."""

from typing import Final

from hub.core.sentences import Sentence, as_sentence, worded

_KINDS: Final = {
    "local_authority": worded("local authority"),
    "police_force": worded("police force"),
    "childrens_home": worded("children's home"),
    "supported_accommodation": worded("supported accommodation"),
    "fostering_agency": worded("fostering agency"),
    "rhi_provider": worded("RHI provider"),
    "health_body": worded("health body"),
    "oversight": worded("oversight"),
    "hub_operator": worded("hub operator"),
    "other_body": worded("other body"),
}
_ROLES: Final = {
    "administrator": worded("administrator"),
    "analyst": worded("analyst"),
    "call_handler": worded("call handler"),
    "coordinator": worded("coordinator"),
    "data_officer": worded("data officer"),
    "dcs": worded("DCS"),
    "desk": worded("desk"),
    "duty_desk": worded("duty desk"),
    "interviewer": worded("interviewer"),
    "missing_coordinator": worded("missing coordinator"),
    "missing_person_coordinator": worded("missing person coordinator"),
    "nominated_officer": worded("nominated officer"),
    "operator": worded("operator"),
    "privacy_lead": worded("privacy lead"),
    "register_keeper": worded("register keeper"),
    "registered_manager": worded("registered manager"),
    "service_manager": worded("service manager"),
    "shift_staff": worded("shift staff"),
    "social_worker": worded("social worker"),
    "supervising_social_worker": worded("supervising social worker"),
    "team_manager": worded("team manager"),
}


def spoken(word: str | None) -> Sentence:
    """A kind of organisation or a role as it is said; a code that is neither, as plain words."""
    if not word:
        return worded("client without an organisation")
    return _KINDS.get(word) or _ROLES.get(word) or as_sentence(word.replace("_", " "))
