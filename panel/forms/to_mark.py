"""The criteria of a mark sheet as its page shows them: marks with their meaning, and a reason for each.

Drawn without templates, for the reason of beacons/core/frames.py: a sheet has some sixty radios, and the templates
that drew them took a sixth of its page's time (docs/decisions/0039-forms-are-drawn-without-templates.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from beacons.core.frames import NOTHING, faults
from beacons.core.renderer import attributes
from beacons.rounds.models import Criterion
from beacons.rounds.resting import Behind
from panel.models import Mark
from panel.rules.sheets import REASON_WORDS


@dataclass(frozen=True)
class ToMark:
    """One criterion, the fields of its mark and its reason, and what another window saved meanwhile."""

    criterion: Criterion
    issues: Sequence[Behind]
    offered: Sequence[tuple[str, str]]
    score: BoundField
    reason: BoundField
    seen: BoundField
    other: Mark | None = None


WHOLE = (
    '<fieldset class="govuk-fieldset app-fieldset" id="criterion-{}" data-criterion tabindex="-1">'
    '<legend class="govuk-fieldset__legend govuk-fieldset__legend--m">{} ({}%)</legend>'
    '{}{}{}<input type="hidden" name="{}" value="{}">{}{}</fieldset>'
)
SCORE = (
    '<div class="govuk-form-group{}"><fieldset class="govuk-fieldset"{}>'
    '<legend class="govuk-fieldset__legend govuk-fieldset__legend--s">{}</legend>{}'
    '<div class="govuk-radios govuk-radios--small" data-module="govuk-radios" id="{}" tabindex="-1">{}</div>'
    "</fieldset></div>"
)
RADIO = (
    '<div class="govuk-radios__item"><input class="govuk-radios__input" type="radio" name="{0}" value="{1}" id="{2}"{3}>'
    '<label class="govuk-label govuk-radios__label" for="{2}">{4}</label></div>'
)
REASON = (
    '<div class="govuk-form-group{} govuk-character-count" data-module="govuk-character-count" data-maxlength="{}"'
    ' data-count-type="words"><label class="govuk-label govuk-label--s" for="{}">{}</label>{}'
    "<textarea{}>\n{}</textarea>"
    '<div id="{}-info" class="govuk-hint govuk-character-count__message">You can enter up to {} words</div></div>'
)
WRONG = SafeString(" govuk-form-group--error")


def drawn(each: ToMark) -> SafeString:
    """All of one criterion."""
    asked, seen = each.criterion, each.seen.value()
    return format_html(
        WHOLE,
        asked.pk,
        asked.name,
        asked.weight,
        format_html('<p class="govuk-hint">{}</p>', asked.description) if asked.description else "",
        render_to_string("rounds/_rests.html", {"issues": each.issues, "named": asked.name})
        if each.issues
        else "",
        render_to_string("panel/_other_mark.html", {"other": each.other}) if each.other else "",
        each.seen.html_name,
        "" if seen is None else seen,
        score(each.score, each.offered),
        reason(each.reason),
    )


def score(field: BoundField, offered: Sequence[tuple[str, str]]) -> SafeString:
    errors, place = field.errors, field.auto_id
    return format_html(
        SCORE,
        WRONG if errors else "",
        format_html(' aria-describedby="{}_error"', place) if errors else "",
        field.label,
        faults(field, errors) if errors else "",
        place,
        radios(field, offered),
    )


def radios(field: BoundField, offered: Sequence[tuple[str, str]]) -> SafeString:
    """The marks to choose from. Of what stands in them only the words were typed by somebody."""
    held, name, place = field.value() or "", field.html_name, field.auto_id
    return SafeString(
        "\n".join(
            RADIO.format(name, value, f"{place}_{number}", " checked" if value == held else "", escape(words))
            for number, (value, words) in enumerate(offered)
        )
    )


def reason(field: BoundField) -> SafeString:
    errors, place = field.errors, field.auto_id
    facts = {
        "name": field.html_name,
        "id": place,
        "rows": 8,
        "class": f"govuk-textarea govuk-js-character-count{' govuk-textarea--error' if errors else ''}",
        "aria-describedby": f"{place}-info{f' {place}_error' if errors else ''}",
        "aria-invalid": "true" if errors else False,
    }
    return format_html(
        REASON,
        WRONG if errors else NOTHING,
        REASON_WORDS,
        place,
        field.label,
        faults(field, errors) if errors else "",
        SafeString(attributes(facts)),
        field.value() or "",
        place,
        REASON_WORDS,
    )
