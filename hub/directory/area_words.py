"""What is said of a postcode, of a council's code and of two councils' areas."""

from collections.abc import Iterable
from datetime import date

from hub.core.sentences import Sentence, either, worded

NOT_A_POSTCODE = worded("That is not a postcode. Write the whole postcode, like AB1 2CD, and nothing else.")
NO_INDEX = worded("The postcode index has not been built: run `hub directory build-postcodes`.")


# --- of codes -----------------------------------------------------------------------------------------------------------


def not_a_force(code: str) -> Sentence:
    """No police force has *code*."""
    return worded(
        "{code} is not the code of a police force. Use a code such as E23000001 or W15000001.", code=_start_of(code)
    )


def not_a_council(code: str) -> Sentence:
    """No council with children's services has *code*."""
    return worded(
        "{code} is not the code of a council with children's services. Use a GSS code such as E06000001.",
        code=_start_of(code),
    )


def split(code: str, changed_on: date, successors: Iterable[tuple[str, str]]) -> Sentence:
    """*code* was a council's, which several followed: their codes and names."""
    choices = either([f"{each} ({name})" for each, name in successors])
    return worded("{code} was split on {day}. Use {choices}.", code=code, day=changed_on, choices=choices)


def lower_tier(code: str, district: str, gss_code: str, county: str) -> Sentence:
    """*code* is a *district*'s, whose children's services are the *county*'s."""
    return worded(
        "{code} is the district of {district}, which has no children's services. Use {gss_code} ({county}).",
        code=code,
        district=district,
        gss_code=gss_code,
        county=county,
    )


def dfe_number(code: str, gss_code: str, council: str) -> Sentence:
    """*code* is the number that the Department for Education gives the *council*."""
    return worded(
        "{code} is a DfE number. Use the GSS code {gss_code} ({council}).",
        code=code,
        gss_code=gss_code,
        council=council,
    )


def of_another_country(code: str, nation: str) -> Sentence:
    """*code* is a council's in another country."""
    return worded(
        "{code} is in {nation}, outside the councils of England and Wales. Name the country instead.",
        code=code,
        nation=nation,
    )


def _start_of(text: str) -> str:
    """At most a code's length of what was typed, so that a pasted paragraph is not repeated."""
    return text.strip()[:12] or worded("An empty text")


# --- of how two areas lie -----------------------------------------------------------------------------------------------


def one_area(council: str) -> Sentence:
    """Both are one council."""
    return worded("Both are {council}", council=council)


def apart(ours: str, theirs: str) -> Sentence:
    """Their areas do not touch."""
    return worded("{ours} and {theirs} do not adjoin", ours=ours, theirs=theirs)


def touching(ours: str, theirs: str, basis: str, *, counted: bool) -> Sentence:
    """Their areas touch on *basis*, which counts as adjoining or not."""
    if counted:
        return worded("{ours} and {theirs} adjoin: {basis}", ours=ours, theirs=theirs, basis=basis)
    return worded("{ours} and {theirs} are not counted as adjoining: {basis}", ours=ours, theirs=theirs, basis=basis)


# --- of postcodes -------------------------------------------------------------------------------------------------------


def accepted_before(council: str, postcode: str, named: str | None) -> Sentence:
    """The *council* has said that *postcode* is its own; the tables may have *named* another."""
    if named is None:
        return worded("{council} has accepted an address at {postcode} before.", council=council, postcode=postcode)
    return worded(
        "{council} has accepted an address at {postcode} before; the tables of postcodes name {named}.",
        council=council,
        postcode=postcode,
        named=named,
    )


def unplaced(shown: str) -> Sentence:
    """The directory has the postcode, and no place for it."""
    return worded("The directory lists {shown} without saying where it is. Name the authority yourself.", shown=shown)


def elsewhere(shown: str, nation: str) -> Sentence:
    """The postcode lies in another country."""
    return worded(
        "{shown} is in {nation}: no council of England or Wales answers for it. Name the country and the body that "
        "receives the child there.",
        shown=shown,
        nation=nation,
    )


def untabled(shown: str, district: str) -> Sentence:
    """The postcode lies in a district that the hub does not know."""
    return worded(
        "{shown} is in district {district}, which is not in the hub's tables: load newer tables into config/reference, "
        "or name the authority yourself.",
        shown=shown,
        district=district,
    )


def begins_none(shown: str) -> Sentence:
    """No postcode begins so."""
    return worded("No postcode begins {shown}. Check it, and write the whole postcode.", shown=shown)


def partial(shown: str) -> Sentence:
    """It begins several postcodes."""
    return worded(
        "{shown} is only part of a postcode. Write the whole postcode, or name the authority yourself.", shown=shown
    )


def unlisted(shown: str, vintage: str) -> Sentence:
    """The directory of *vintage* does not have it."""
    return worded(
        "{shown} is not in the postcode directory ({vintage}). Check it, or name the authority yourself.",
        shown=shown,
        vintage=vintage,
    )


def other_force(area: str, force: str) -> Sentence:
    """The directory has the postcode under another police force than its council's."""
    return worded(
        "The directory puts it in police area {area}, not {force}. Check the address.", area=area, force=force
    )


def out_of_use(ended_in: date | None) -> Sentence:
    """The postcode is not used any more."""
    if ended_in is None:
        return worded("The postcode went out of use. Check the address.")
    return worded("The postcode went out of use in {month}. Check the address.", month=f"{ended_in:%B %Y}")
