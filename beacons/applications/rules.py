"""Why something may not happen to an application now: sentences, asked by page and action alike.

An empty list means yes. Whatever is written, certified or handed in asks `reasons_closed`, which compares the
instant of the request with the closing: no door depends on a sweep having run.
"""

from datetime import datetime
from typing import Any

from beacons.applications import calls
from beacons.applications.calls import Call
from beacons.applications.deadline import count, day_in_words
from beacons.applications.models import Application
from beacons.applications.statuses import APPLICATION, Status
from beacons.core import text
from beacons.directory.models import Authority
from beacons.rounds.models import Category, Round, Stage

SUMMARY_WORDS = 150
# Far above any word limit: what is longer was pasted by mistake.
MOST_CHARACTERS = 50_000
MOST_POUNDS = 99_999_999
MOST_PARTNERS = 40
HEADS = ("develop", "innovate", "disseminate", "support")


def reasons_closed(a_round: Round, *, at: datetime) -> list[str]:
    """Why this round takes no applications at this instant."""
    if a_round.approved_at is None or at < a_round.approved_at:
        return ["This round has not been approved yet, so it takes no applications."]
    stage = a_round.stage_of(Stage.Key.APPLICATIONS)
    if at < stage.opens_at:
        return [f"Applications open at {day_in_words(stage.opens_at)}."]
    if at >= stage.closes_at:
        return [
            f"Applications closed at {day_in_words(stage.closes_at)}. Nothing more can be changed or handed in."
        ]
    return []


# Beginning


def reasons_not_to_apply(call: Call, *, at: datetime) -> list[str]:
    """Why the authority can begin nothing for this outcome, whatever it chooses."""
    reasons = reasons_closed(call.round, at=at)
    if not call.in_round:
        reasons.append(f"“{call.outcome}” is not an outcome of this round.")
    if call.is_taken:
        reasons.append(taken(call, call.standing[0]))
    return reasons


def reasons_not_to_start(
    call: Call, *, title: str, category: Category | None, partner: Authority | None, at: datetime
) -> list[str]:
    """Why this very application cannot be begun."""
    reasons = reasons_not_to_apply(call, at=at)
    categories = call.round.categories.all()
    if categories and category not in categories:
        reasons.append("Choose a category of this round.")
    elif category is not None and not categories:
        reasons.append("This round has no categories.")
    elif not reasons and (standing := call.standing_in(category)):
        reasons.append(taken(call, standing))
    if partner == call.authority:
        reasons.append("Name another authority than your own as your partner.")
    if not call.signed_up and not (partner and calls.signed_up(call.outcome, [partner])):
        reasons.append(not_signed_up(call.authority, call.outcome))
    return reasons + reasons_title(title)


def taken(call: Call, standing: Application) -> str:
    category = f", category “{standing.category}”" if standing.category_id else ""
    return (
        f"{call.authority} has an application for “{call.outcome}”{category} in this round already:"
        f" {standing.reference}. There can be one."
    )


def not_signed_up(authority: Authority, outcome: Any) -> str:
    county = f", nor is {authority.county}" if authority.county_id else ""
    return (
        f"{authority} is not signed up to “{outcome}”{county}. To apply, name a partner authority that is,"
        " or whose county is."
    )


def reasons_title(title: str) -> list[str]:
    if text.is_blank(title):
        return ["Give the application a title."]
    return ["The title must be 120 characters or fewer."] if len(title) > 120 else []


# Writing


def reasons_not_to_edit(application: Application, *, at: datetime) -> list[str]:
    reasons = reasons_closed(application.round, at=at)
    if application.status == Status.CERTIFIED:
        reasons.append(
            "This application is certified. A certifier must send it back before it can be changed."
        )
    elif application.status != Status.DRAFT:
        reasons.append(
            f"This application is “{application.get_status_display().lower()}”: it can no longer be changed."
        )
    return reasons


def reasons_too_long(texts: dict[str, str]) -> list[str]:
    """Texts of many pages are refused; a few words over the limit are saved, and stop certification instead."""
    return [
        f"{name}: this text has {count(len(words), 'character')}, and {MOST_CHARACTERS:,} is the most that can be kept."
        for name, words in texts.items()
        if len(words) > MOST_CHARACTERS
    ]


def reasons_not_to_save_details(
    application: Application, *, title: str, summary: str, pounds: dict[str, int], at: datetime
) -> list[str]:
    reasons = reasons_not_to_edit(application, at=at) + reasons_title(title)
    reasons += reasons_too_long({"Summary for the public": summary})
    if any(not 0 <= amount <= MOST_POUNDS for amount in pounds.values()):
        reasons.append(f"Each amount must be between £0 and £{MOST_POUNDS:,}.")
    return reasons


def reasons_not_to_add_partner(
    application: Application, *, authority: Authority | None, name: str, role: str, at: datetime
) -> list[str]:
    reasons = reasons_not_to_edit(application, at=at)
    if (authority is None) == text.is_blank(name):
        reasons.append("Choose an authority from the list, or write the partner's name: one of the two.")
    if text.is_blank(role):
        reasons.append("Say what the partner's part in the bid is.")
    if authority is not None and authority.pk == application.authority_id:
        reasons.append("Your own authority leads the bid, so it cannot be its partner too.")
    partners = list(application.partners.all())
    same_name = not text.is_blank(name) and name.casefold() in {
        partner.name.casefold() for partner in partners
    }
    if same_name or (
        authority is not None and authority.pk in {partner.authority_id for partner in partners}
    ):
        reasons.append(f"{authority or name} is a partner already.")
    if len(partners) >= MOST_PARTNERS:
        reasons.append(f"There can be {MOST_PARTNERS} partners at most.")
    return reasons


# What is still to be done before it can be certified


def reasons_details(application: Application) -> list[str]:
    """What is missing in the details."""
    reasons = reasons_title(application.title)
    if text.is_blank(application.summary):
        reasons.append("Write the summary for the public.")
    over = text.words(application.summary) - SUMMARY_WORDS
    if over > 0:
        reasons.append(
            f"The summary for the public is {count(over, 'word')} too long; the limit is {SUMMARY_WORDS}."
        )
    if text.is_blank(application.lead_officer):
        reasons.append("Name the lead officer.")
    return reasons


def reasons_money(application: Application) -> list[str]:
    """What is wrong with the four heads, in the round's own figures."""
    a_round, total = application.round, application.requested
    if not total:
        return ["Enter the grant you ask for, under its four heads."]
    reasons = []
    if total < a_round.grant_least:
        reasons.append(
            f"You ask for £{total:,}. The smallest grant of this round is £{a_round.grant_least:,}."
        )
    if total > a_round.grant_most:
        reasons.append(f"You ask for £{total:,}. The largest grant of this round is £{a_round.grant_most:,}.")
    if application.shared * 100 < a_round.shared_least * total:
        needed = -(-total * a_round.shared_least // 100)
        reasons.append(
            f"Dissemination and support come to £{application.shared:,}, {application.shared_percent} per cent of"
            f" the whole. They must be at least {a_round.shared_least} per cent, which is £{needed:,}."
        )
    return reasons


def reasons_answers(application: Application, number: int | None = None) -> list[str]:
    """Which answers are missing or too long: in one section, or in all."""
    reasons = []
    for section in application.sections:
        if number not in (None, section.number):
            continue
        reasons += [f"Answer “{item.question}”" for item in section.missing]
        reasons += [
            f"Your answer to “{item.question}” is {count(item.over, 'word')} too long;"
            f" the limit is {item.question.word_limit}."
            for item in section.over
        ]
    return reasons


def reasons_not_entitled(application: Application) -> list[str]:
    """Is the authority, its county or a named partner still signed up to the outcome?"""
    partners = [partner.authority for partner in application.partners.all() if partner.authority]
    if calls.signed_up(application.outcome, [application.authority, *partners]):
        return []
    return [not_signed_up(application.authority, application.outcome)]


def reasons_incomplete(application: Application) -> list[str]:
    """All that is still to be done before it can be certified."""
    return [
        *reasons_details(application),
        *reasons_money(application),
        *reasons_answers(application),
        *reasons_not_entitled(application),
    ]


# Handing in


def reasons_not_to_certify(application: Application, *, by: Any, at: datetime) -> list[str]:
    reasons = reasons_closed(application.round, at=at) + APPLICATION.reasons_not_to(application, "certify")
    if by is None or by.pk == application.drafted_by_id:
        reasons.append("An application is certified by somebody other than the person who began it.")
    if application.status == Status.DRAFT:
        reasons += reasons_incomplete(application)
    return reasons


def reasons_not_to_send_back(application: Application, *, why: str, at: datetime) -> list[str]:
    reasons = reasons_closed(application.round, at=at) + APPLICATION.reasons_not_to(application, "send_back")
    return reasons + reasons_unsaid(why, "Say what has to be changed.")


def reasons_not_to_submit(application: Application, *, at: datetime) -> list[str]:
    reasons = reasons_closed(application.round, at=at)
    if application.status == Status.DRAFT:
        reasons.append("A certifier of your authority must certify the application first.")
    elif application.is_handed_in:
        reasons.append("This application has been handed in already.")
    else:
        reasons += APPLICATION.reasons_not_to(application, "submit")
    if application.status == Status.CERTIFIED and application.content_hash != application.fingerprint():
        reasons.append(
            "What it says is no longer what was certified. A certifier must send it back and certify it anew."
        )
    return reasons


def reasons_not_to_withdraw(application: Application, *, why: str | None = None, at: datetime) -> list[str]:
    """Before the closing always; after it only what was handed in, until the panel comes to decide.

    `why` is None while nobody has been asked yet.
    """
    reasons = APPLICATION.reasons_not_to(application, "withdraw")
    if is_final(application, at=at):
        if application.is_unfinished:
            reasons += reasons_closed(application.round, at=at)
        elif application.round.has_opened(Stage.Key.DECISION, at):
            reasons.append("The panel is deciding, so applications can no longer be withdrawn.")
    return reasons + ([] if why is None else reasons_unsaid(why, "Say why the application is withdrawn."))


def is_final(application: Application, *, at: datetime) -> bool:
    """After the closing nothing that was withdrawn comes back."""
    return at >= application.closes_at


def reasons_not_to_reopen(application: Application, *, at: datetime) -> list[str]:
    reasons = reasons_closed(application.round, at=at) + APPLICATION.reasons_not_to(application, "reopen")
    call = calls.call(application.round, application.outcome, application.authority)
    if standing := call.standing_in(application.category):
        reasons.append(taken(call, standing))
    return reasons


def reasons_not_to_lapse(application: Application, *, at: datetime) -> list[str]:
    if at < application.closes_at:
        return [f"It can still be handed in: applications close at {day_in_words(application.closes_at)}."]
    return APPLICATION.reasons_not_to(application, "lapse")


# The check


def reasons_not_to_check(application: Application, *, at: datetime) -> list[str]:
    """Eligible or not is found after the closing, and before the marks are in."""
    reasons = []
    if at < application.closes_at:
        reasons.append(
            f"Applications are checked after they have closed, at {day_in_words(application.closes_at)}:"
            " until then the council may still withdraw and change it."
        )
    if application.round.has_closed(Stage.Key.SCORING, at):
        reasons.append("Scoring has closed, so it is too late to change which applications are eligible.")
    if application.status != Status.SUBMITTED:
        reasons += APPLICATION.reasons_not_to(application, "find_eligible")
    return reasons


def reasons_not_to_find_ineligible(application: Application, *, why: str, at: datetime) -> list[str]:
    return reasons_not_to_check(application, at=at) + reasons_unsaid(why, "Say why it is not eligible.")


def reasons_unsaid(why: str, sentence: str) -> list[str]:
    return [sentence] if text.is_blank(why) else []
