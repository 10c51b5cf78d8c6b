"""Why something may not happen to an application now: sentences, asked by page and action alike.

An empty list means yes. No door depends on a sweep having run: the instant of the request is compared with the closing.
"""

from beacons.applications.rules.checking import (
    reasons_not_to_check,
    reasons_not_to_find_eligible,
    reasons_not_to_find_ineligible,
)
from beacons.applications.rules.commenting import (
    MOST_IN_A_COMMENT,
    reasons_not_to_answer_comment,
    reasons_not_to_comment,
    reasons_not_to_write_comment,
)
from beacons.applications.rules.completeness import (
    SUMMARY_WORDS,
    reasons_answers,
    reasons_cluster,
    reasons_declined,
    reasons_details,
    reasons_incomplete,
    reasons_not_entitled,
)
from beacons.applications.rules.endorsing import (
    reasons_not_endorsed,
    reasons_not_to_endorse,
    reasons_not_to_take_back,
)
from beacons.applications.rules.extending import (
    latest_end,
    reasons_answered,
    reasons_not_to_agree_to_time,
    reasons_not_to_ask_for_time,
    reasons_not_to_extend,
    reasons_not_to_extend_any,
    reasons_not_to_refuse_time,
)
from beacons.applications.rules.handing_in import (
    is_final,
    reasons_not_to_certify,
    reasons_not_to_lapse,
    reasons_not_to_reopen,
    reasons_not_to_send_back,
    reasons_not_to_submit,
    reasons_not_to_withdraw,
)
from beacons.applications.rules.money import (
    MOST_POUNDS,
    reasons_money,
    reasons_not_to_save_budget,
    reasons_whole_area,
)
from beacons.applications.rules.open import reasons_closed
from beacons.applications.rules.own import reasons_not_to_start_own, reasons_not_to_start_this
from beacons.applications.rules.partners import (
    MOST_LETTERS,
    MOST_PARTNERS,
    reasons_enough_letters,
    reasons_not_of_the_partner,
    reasons_not_to_add_partner,
    reasons_not_to_answer,
    reasons_not_to_ask,
    reasons_not_to_confirm,
    reasons_not_to_decline,
    reasons_not_to_edit_part,
    reasons_not_to_edit_partner,
)
from beacons.applications.rules.starting import (
    not_signed_up,
    reasons_not_to_apply,
    reasons_not_to_start,
    reasons_title,
    taken,
)
from beacons.applications.rules.words import reasons_unsaid
from beacons.applications.rules.writing import (
    MOST_CHARACTERS,
    reasons_not_to_edit,
    reasons_not_to_save_details,
    reasons_too_long,
)

__all__ = [
    "MOST_CHARACTERS",
    "MOST_IN_A_COMMENT",
    "MOST_LETTERS",
    "MOST_PARTNERS",
    "MOST_POUNDS",
    "SUMMARY_WORDS",
    "is_final",
    "latest_end",
    "not_signed_up",
    "reasons_answered",
    "reasons_answers",
    "reasons_closed",
    "reasons_cluster",
    "reasons_declined",
    "reasons_details",
    "reasons_enough_letters",
    "reasons_incomplete",
    "reasons_money",
    "reasons_not_endorsed",
    "reasons_not_entitled",
    "reasons_not_of_the_partner",
    "reasons_not_to_add_partner",
    "reasons_not_to_agree_to_time",
    "reasons_not_to_answer",
    "reasons_not_to_answer_comment",
    "reasons_not_to_apply",
    "reasons_not_to_ask",
    "reasons_not_to_ask_for_time",
    "reasons_not_to_certify",
    "reasons_not_to_check",
    "reasons_not_to_comment",
    "reasons_not_to_confirm",
    "reasons_not_to_decline",
    "reasons_not_to_edit",
    "reasons_not_to_edit_part",
    "reasons_not_to_edit_partner",
    "reasons_not_to_endorse",
    "reasons_not_to_extend",
    "reasons_not_to_extend_any",
    "reasons_not_to_find_eligible",
    "reasons_not_to_find_ineligible",
    "reasons_not_to_lapse",
    "reasons_not_to_refuse_time",
    "reasons_not_to_reopen",
    "reasons_not_to_save_budget",
    "reasons_not_to_save_details",
    "reasons_not_to_send_back",
    "reasons_not_to_start",
    "reasons_not_to_start_own",
    "reasons_not_to_start_this",
    "reasons_not_to_submit",
    "reasons_not_to_take_back",
    "reasons_not_to_withdraw",
    "reasons_not_to_write_comment",
    "reasons_title",
    "reasons_too_long",
    "reasons_unsaid",
    "reasons_whole_area",
    "taken",
]
