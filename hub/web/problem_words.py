"""What to do about each code of a problem document: the API's page lists them, and ``type`` points there."""

from flask_babel import lazy_gettext

PROBLEMS = {
    "malformed": lazy_gettext("The body could not be read: it must be JSON in UTF-8."),
    "invalid": lazy_gettext("Fields need changing: each is named with what to send instead."),
    "unauthenticated": lazy_gettext(
        "No key, or one that is not good any more. Send Authorization: Bearer and a key that works."
    ),
    "session_ended": lazy_gettext(
        "Nobody is signed in with this cookie any more: the sentence says why. Sign in again."
    ),
    "not_permitted": lazy_gettext("The key's scopes, the person's roles or the organisation's kind do not allow this."),
    "forged": lazy_gettext(
        "A browser sent it without X-CSRF-Token, or from a page of another site. Send it from a page of the hub."
    ),
    "proof_needed": lazy_gettext("A sensitive act: the person gives the factors again, then it is sent again."),
    "not_found": lazy_gettext("There is no such thing, or none that this organisation may see."),
    "conflict": lazy_gettext("It collides with something already recorded."),
    "state_conflict": lazy_gettext("The record is not in a state from which this can be done. Read it again."),
    "record_unreadable": lazy_gettext(
        "The record is damaged, or its key is missing. Nothing was shown. Tell the operator its reference."
    ),
    "idempotency_key_reused": lazy_gettext("The key was used for another request. Use a new one."),
    "edit_conflict": lazy_gettext("Somebody changed it since it was read. Read it again and send its new ETag."),
    "edit_token_needed": lazy_gettext("Send If-Match with the ETag of the version that is being changed."),
    "wrong_host": lazy_gettext("The hub does not answer to the host that was named. Use its own address."),
    "too_slow": lazy_gettext("The body came too slowly. Send it again over a better connection."),
    "too_large": lazy_gettext("More was sent than is taken at once."),
    "wrong_media_type": lazy_gettext("Send the body as application/json (files: multipart/form-data)."),
    "too_many": lazy_gettext("Wait for the seconds in Retry-After."),
    "second_person_needed": lazy_gettext("Whoever proposed it cannot confirm it. Another person there does."),
    "second_client_needed": lazy_gettext(
        "Whoever entered the address cannot verify it. Another person or client does."
    ),
    "not_yours_to_withdraw": lazy_gettext("Only who proposed it takes it back. Refuse it instead."),
    "has_account": lazy_gettext("The address has an account already. Use that one, or another address."),
    "below_minimum": lazy_gettext("What such a notice must say is missing: each part is named."),
    "implausible": lazy_gettext("It cannot be so as it stands, a date most often: the fields are named."),
    "unknown_placement": lazy_gettext("No placement of yours has this reference. Leave it out, or look it up."),
    "area_not_known": lazy_gettext("The postcode says nothing of the area. Choose the host authority yourself."),
    "outside_england_and_wales": lazy_gettext("Name the country, and the body that receives the notice there."),
    "redirected_in_a_circle": lazy_gettext("That council has passed it on already. Ring it, and agree whose it is."),
    "placement_needed": lazy_gettext("Say which placement the child is missing from, by its reference."),
    "placement_ended": lazy_gettext("The placement ended before that. Report the child from where they live now."),
    "is_adult": lazy_gettext("Whoever is 18 or older is not reported here. Tell the police."),
    "unknown_grade": lazy_gettext(
        "Give the grade as very low, low, medium or high, and your own word for it beside it."
    ),
    "not_returned": lazy_gettext("The child is not back yet. Ask for the interview when the return is recorded."),
    "sought_already": lazy_gettext("An interview is sought for the episode already: go on with that request."),
    "not_sought": lazy_gettext("Somebody was commissioned, or the interview is not sought any longer. Read it again."),
    "no_offer": lazy_gettext("The offer does not stand any more. Ask the provider again, or choose another offer."),
    "no_rate_card": lazy_gettext("Publish a rate card first: the council must know what the interview costs."),
    "over_price_cap": lazy_gettext("The offer costs more than the cap. A manager accepts it, with a reason."),
    "over_purchase_order": lazy_gettext(
        "The offer goes beyond what the purchase order allows. A manager accepts it, with a reason."
    ),
    "file_refused": lazy_gettext(
        "The file is of no kind that is taken, or holds a program. Send a PDF, DOCX or picture."
    ),
    "headings": lazy_gettext(
        "Headings of the spreadsheet are missing, repeated or not known. Each is named, with the nearest."
    ),
    "too_many_uploads": lazy_gettext("So many spreadsheets wait already. Register or discard some of them first."),
    "too_many_look_ups": lazy_gettext(
        "So many look-ups in so short a time are not answered. Nothing was shown. Wait for the seconds in Retry-After."
    ),
    "not_enough_to_look_up": lazy_gettext("What was told could mean many children. Say more of the one you mean."),
    "too_many_fit": lazy_gettext("Too many children fit to offer any. Add what else you know."),
    "look_up_closed": lazy_gettext("The look-up is too old to be confirmed. Ask it anew."),
    "own_look_up": lazy_gettext("Nobody reviews a look-up of their own. Another person does."),
    "already_sent": lazy_gettext("A notice of this child and this start stands already. Correct that one."),
    "fault": lazy_gettext("The fault is the hub's and is recorded. Try again in some minutes, or tell the operator."),
    "file_quarantined": lazy_gettext("The file is still being checked. Try again in some minutes."),
    "file_damaged": lazy_gettext(
        "The file is not as it was stored, so it is not shown. Tell the operator its reference."
    ),
    "postcode_index_unusable": lazy_gettext("The hub's postcode index is missing or damaged. Tell its operator."),
}
