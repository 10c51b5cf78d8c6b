"""What exactly is certified and handed in, as bytes that anybody can hash again: plain Python.

Only what the applicant wrote goes in, under the application's reference; names of authorities stay out where
their code says who they are, since names and outcomes' titles may be corrected later. Whether a partner has confirmed
its part is a fact beside the bid: it may still do so while the bid is certified, and nothing that was signed changes.
"""

import hashlib
import json
from typing import Any

from beacons.applications import kinds, sharing
from beacons.applications.budget import HEADS


def canonical(application: Any) -> bytes:
    """The application's content as JSON in UTF-8, keys sorted, in the order of the questions."""
    given = {answer.question_id: answer.text for answer in application.answers.all()}
    # What was typed in a question that is no longer asked is kept, and not handed in.
    asked = kinds.asked(list(application.round.questions.all()), given)
    content = {
        "reference": application.reference,
        "title": application.title,
        "summary": application.summary,
        "lead officer": application.lead_officer,
        "pounds": _pounds(application),
        "answers": [
            {"question": question, "text": given[question]}
            for question in sorted(given)
            if given[question] and question in asked
        ],
        "figures": [item.as_json() for item in application.evidence],
        "partners": sorted(
            (
                part(partner, application) | {"contact": partner.contact_name, "job": partner.contact_job}
                for partner in application.partners.all()
            ),
            key=lambda one: (one["code"], one["name"]),
        ),
        "files": sorted(
            (
                file(each)
                for each in application.files
                if each.question_id is None or each.question_id in asked
            ),
            key=lambda one: (one["question"] or 0, one["sha256"]),
        ),
    }
    if application.is_whole_area:
        content["pooled by the lead authority"] = application.pooled
    if not (plan := sharing.plan_of(application)).is_empty:
        content["sharing plan"] = plan.content()
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()


def part(partner: Any, application: Any) -> dict[str, Any]:
    """One partner's part: who it is, what it does, what it has of the grant, what it puts into a pooled budget."""
    facts = {"code": _code(partner), "name": partner.name, "role": partner.role, "pounds": _pounds(partner)}
    return facts | ({"pooled": partner.pooled} if application.is_whole_area else {})


def files_listed(handed_in: bytes) -> set[tuple[int | None, str]]:
    """The files of what was handed in: which question each answers (None: the whole), and its SHA-256."""
    return {(listed["question"], listed["sha256"]) for listed in json.loads(handed_in).get("files", ())}


def is_listed(attachment: Any, listed: set[tuple[int | None, str]]) -> bool:
    """Is a file part of what was handed in? One for a question that was no longer asked is not."""
    return (attachment.question_id, attachment.sha256) in listed


def file(attachment: Any) -> dict[str, Any]:
    """A file, by what anybody who has it can check: its name, kind, size and SHA-256, and what it answers."""
    return {
        "question": attachment.question_id,
        "name": attachment.name,
        "kind": attachment.kind,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }


def _pounds(holder: Any) -> dict[str, int]:
    return {head: getattr(holder, head) for head in HEADS}


def _code(partner: Any) -> str:
    """The authority that was named; another may have taken it over since."""
    named = partner.inherited_from if partner.inherited_from_id else partner.authority
    return named.code if named else ""


def fingerprint(application: Any) -> str:
    """SHA-256 of the content, in hexadecimal."""
    return hashlib.sha256(canonical(application)).hexdigest()


def figure_fingerprint(figure: Any) -> str:
    """Of what was chosen or typed of one figure: has somebody saved it since a form was opened?"""
    said = [
        figure.title,
        figure.unit,
        figure.polarity,
        figure.source,
        figure.own_values,
        figure.comparison,
        figure.comment,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def part_fingerprint(partner: Any, application: Any) -> str:
    """Of one partner's part: what it confirms, and what must be confirmed anew when it changes."""
    return _digest(part(partner, application))


def asked_fingerprint(partner: Any, application: Any) -> str:
    """Of what a partner is asked about, and at which address."""
    return _digest([part(partner, application), partner.contact_email])


def partner_fingerprint(partner: Any) -> str:
    """Of what one form holds: has somebody changed it since the form was opened?"""
    return _digest([partner.role, partner.contact_name, partner.contact_job, partner.contact_email])


def budget_fingerprint(application: Any) -> str:
    """Of the money alone, and of those among whom it is divided."""
    partners = sorted(
        [partner.pk, _pounds(partner), partner.pooled] for partner in application.partners.all()
    )
    return _digest([_pounds(application), application.is_whole_area, application.pooled, partners])


def _digest(facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
