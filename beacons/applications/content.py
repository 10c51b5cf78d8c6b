"""What exactly is certified and handed in, as bytes that anybody can hash again: plain Python.

Only what the applicant wrote goes in, under the application's reference; names of authorities stay out where
their code says who they are, since names and outcomes' titles may be corrected later.
"""

import hashlib
import json
from typing import Any

from beacons.applications import kinds


def canonical(application: Any) -> bytes:
    """The application's content as JSON in UTF-8, keys sorted, in the order of the questions."""
    given = {answer.question_id: answer.text for answer in application.answers.all()}
    # What was typed in a question that is no longer asked is kept, and not handed in.
    asked = kinds.asked(list(application.round.questions.all()), given)
    partners = sorted((_code(partner), partner.name, partner.role) for partner in application.partners.all())
    content = {
        "reference": application.reference,
        "title": application.title,
        "summary": application.summary,
        "lead officer": application.lead_officer,
        "pounds": {
            "develop": application.develop,
            "innovate": application.innovate,
            "disseminate": application.disseminate,
            "support": application.support,
        },
        "answers": [
            {"question": question, "text": given[question]}
            for question in sorted(given)
            if given[question] and question in asked
        ],
        "partners": [{"code": code, "name": name, "role": role} for code, name, role in partners],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _code(partner: Any) -> str:
    """The authority that was named; another may have taken it over since."""
    named = partner.inherited_from if partner.inherited_from_id else partner.authority
    return named.code if named else ""


def fingerprint(application: Any) -> str:
    """SHA-256 of the content, in hexadecimal."""
    return hashlib.sha256(canonical(application)).hexdigest()


def details_fingerprint(application: Any) -> str:
    """Of the details and the money alone: has somebody saved them since a form was opened?"""
    details = [
        application.title,
        application.summary,
        application.lead_officer,
        application.develop,
        application.innovate,
        application.disseminate,
        application.support,
    ]
    return hashlib.sha256(json.dumps(details).encode()).hexdigest()
