"""What the council, the panel's chair and the LGA sign: the words, and a digest that the audit keeps."""

import hashlib
from dataclasses import dataclass

from beacons.core.templatetags.govuk import pounds
from beacons.rounds.wording import how_paid
from grants import plans
from grants.models import Grant


@dataclass(frozen=True)
class Clause:
    """One numbered part of the agreement."""

    title: str
    sentences: tuple[str, ...]


def clauses(grant: Grant) -> list[Clause]:
    """The agreement of this grant. It holds no dates: those stand on the grant's page, and move with the round's plan."""
    bid = grant.application
    council = grant.authority.official_name or grant.authority.name
    struggling = grant.struggling_to_help
    of_them = f", {struggling} of them among those that find the outcome hardest" if struggling else ""
    return [
        Clause(
            "What it is for",
            (
                f"{council} receives one grant of up to {pounds(grant.amount)} for “{bid.title}”,"
                f" on the outcome “{bid.outcome}”, in the round {grant.round}.",
                f"Of this, {pounds(grant.develop)} is for developing the practice, {pounds(grant.innovate)} for"
                f" innovation, {pounds(grant.disseminate)} for dissemination and {pounds(grant.support)} for"
                " performance support.",
            ),
        ),
        Clause(
            "Share what you learn",
            (
                "The council tells others what it did, what it cost and what came of it, and it tells of failures too.",
                "It writes an entry for the practice library and keeps it true for as long as the round lasts.",
                "What it makes with the grant may be used by anybody under an open licence.",
            ),
        ),
        Clause(
            "Give peer support",
            (
                "The council lets the people who did the work give days to other councils: open days, visits,"
                " mentoring, secondments or workshops.",
                f"At least {grant.authorities_to_help} {plural(grant.authorities_to_help, 'authority', 'authorities')}"
                f" will have been helped by the end{of_them}.",
                *of_the_plan(grant),
            ),
        ),
        Clause(
            "Pass knowledge on in time",
            (
                "The council keeps to the dates of the round, and says early when it cannot.",
                of_the_returns(grant),
                f"{bid_lead(grant)} leads the work for the council, with a member of the council who answers for it.",
            ),
        ),
        Clause(
            "Money",
            (
                how_paid(grant.round),
                "The grant pays the actual cost, up to its amount. Money that is not spent, or was paid in error, comes back.",
                "The grant is published as open data, with its amount and its purpose.",
            ),
        ),
        Clause(
            "What came of it",
            (
                "The council takes part in the evaluation and answers when it is asked, six and twelve months after, what"
                " became of the practice.",
            ),
        ),
    ]


def of_the_plan(grant: Grant) -> list[str]:
    """What the holder undertook in its bid. By which days, the grant's page says."""
    sentences = []
    if held := [str(each) for each in grant.undertakings.all()]:
        sentences.append(f"As it planned in its bid, the council holds {listed(held)}.")
    if peers := list(grant.offered_peers.all()):
        days = sum(peer.days for peer in peers)
        sentences.append(
            f"{len(peers)} {plural(len(peers), 'person', 'people')} whom it named"
            f" {plural(len(peers), 'gives', 'give')} {days} {plural(days, 'day', 'days')} to other councils."
        )
    return sentences


def of_the_returns(grant: Grant) -> str:
    """How often the holder reports, and what waits for it."""
    if len(plans.returns_of(grant.round)) == 1:
        said = "It sends one short return, at the close."
    else:
        said = "It sends two short returns, at the mid-point and at the close."
    if len(plans.shares_of(grant.round)) == 1:
        return said
    return (
        f"{said} The next instalment is paid once the return it waits for has come; a late return stops it."
    )


def listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def bid_lead(grant: Grant) -> str:
    return grant.lead_officer or "A named officer"


def plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def digest(grant: Grant) -> str:
    """SHA-256 of the words, so that nobody can say afterwards that something else was signed."""
    text = "\n".join(line for clause in clauses(grant) for line in (clause.title, *clause.sentences))
    return hashlib.sha256(text.encode()).hexdigest()
