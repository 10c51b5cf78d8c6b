"""What stands around a control: label or legend, hint, errors and the group that GOV.UK puts them in.

Drawn without templates, for the same reason as the controls (beacons/core/renderer.py): a sharing plan has sixty fields.
`templates/govuk/fields/` holds those of which a page has one or two; they are given the same label and legend.
"""

from collections.abc import Mapping
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from beacons.core.renderer import attributes

Facts = Mapping[str, Any]
NOTHING = SafeString("")
# What was typed by staff or councils is text, also where somebody called it safe.
as_text = escape


def notes(field: BoundField) -> SafeString:
    """The hint and the errors, under the ids that Django's aria-describedby names."""
    hint, errors = field.help_text, field.errors
    parts = []
    if hint:
        parts.append(
            format_html('<div id="{}_helptext" class="govuk-hint">{}</div>', field.auto_id, as_text(hint))
        )
    if errors:
        parts.append(faults(field, errors))
    return SafeString("".join(parts))


def faults(field: BoundField, errors: Any) -> SafeString:
    told = format_html_join(
        SafeString("<br>"),
        '<span class="govuk-visually-hidden">Error:</span> {}',
        ([error] for error in errors),
    )
    return format_html('<p id="{}_error" class="govuk-error-message">{}</p>', field.auto_id, told)


def label(field: BoundField, facts: Facts) -> SafeString:
    """The label with its notes; the page's own heading where the page asks one question."""
    heading = facts["heading"]
    drawn = format_html(
        '<label class="govuk-label govuk-label--{}" for="{}">{}{}</label>',
        "l" if heading else "s",
        field.id_for_label,
        as_text(field.label),
        " (optional)" if facts["optional"] else "",
    )
    if heading:
        drawn = format_html('<h1 class="govuk-label-wrapper">{}</h1>', drawn)
    return drawn + notes(field)


def legend(field: BoundField, facts: Facts) -> SafeString:
    """The legend with its notes."""
    words = as_text(field.label)
    if facts["heading"]:
        size, words = "l", format_html('<h1 class="govuk-fieldset__heading">{}</h1>', words)
    else:
        size, words = "s", words + SafeString(" (optional)" if facts["optional"] else "")
    return format_html(
        '<legend class="govuk-fieldset__legend govuk-fieldset__legend--{}">{}</legend>{}',
        size,
        words,
        notes(field),
    )


def group(field: BoundField, inside: SafeString, more: SafeString = NOTHING) -> SafeString:
    """`more` are further classes and attributes."""
    wrong = SafeString(" govuk-form-group--error" if field.errors else "")
    return format_html('<div class="govuk-form-group{}{}">{}</div>', wrong, more, inside)


def fieldset(field: BoundField, facts: Facts, inside: SafeString, more: SafeString = NOTHING) -> SafeString:
    """A group of several controls under one legend."""
    described = field.aria_describedby
    described = format_html(' aria-describedby="{}"', described) if described else ""
    inner = format_html(
        '<fieldset class="govuk-fieldset"{}{}>{}{}</fieldset>', more, described, legend(field, facts), inside
    )
    return group(field, inner)


# One function for each kind of field (`kind` in beacons/core/templatetags/govuk_fields.py)


def line(field: BoundField, facts: Facts) -> SafeString:
    """One line, with a sign before it or a unit behind it."""
    control, prefix, suffix = facts["control"], facts["prefix"], facts["suffix"]
    if prefix or suffix:
        before = format_html('<div class="govuk-input__prefix" aria-hidden="true">{}</div>', prefix)
        after = format_html('<div class="govuk-input__suffix" aria-hidden="true">{}</div>', suffix)
        control = format_html(
            '<div class="govuk-input__wrapper">{}{}{}</div>',
            before if prefix else "",
            control,
            after if suffix else "",
        )
    return group(field, label(field, facts) + control)


def select(field: BoundField, facts: Facts) -> SafeString:
    return group(field, label(field, facts) + facts["control"])


def textarea(field: BoundField, facts: Facts) -> SafeString:
    """A text; its words or letters are counted where there is a limit."""
    inside = label(field, facts) + facts["control"]
    most = facts["words"] or facts["letters"]
    if not most:
        return group(field, inside)
    unit = "words" if facts["words"] else "characters"
    counter = format_html(
        '" data-module="govuk-character-count" data-maxlength="{}" data-count-type="{}', most, unit
    )
    said = format_html(
        '<div id="{}-info" class="govuk-hint govuk-character-count__message">You can enter up to {} {}</div>',
        field.auto_id,
        most,
        unit,
    )
    return group(field, inside + said, SafeString(" govuk-character-count") + counter)


def checkbox(field: BoundField, facts: Facts) -> SafeString:
    """Yes, or nothing: the label stands behind the box, and errors before it."""
    hint = field.help_text
    said = format_html(
        '<div id="{}_helptext" class="govuk-hint govuk-checkboxes__hint">{}</div>',
        field.auto_id,
        as_text(hint),
    )
    drawn = format_html(
        '{}<div class="govuk-checkboxes{}" data-module="govuk-checkboxes"><div class="govuk-checkboxes__item">{}'
        '<label class="govuk-label govuk-checkboxes__label" for="{}">{}</label>{}</div></div>',
        faults(field, field.errors) if field.errors else "",
        " govuk-checkboxes--small" if facts["small"] else "",
        facts["control"],
        field.id_for_label,
        as_text(field.label),
        said if hint else "",
    )
    return group(field, drawn)


def options(field: BoundField, facts: Facts, kind: str, type_: str) -> SafeString:
    """Radios or checkboxes, each with its label and its hint."""
    drawn = SafeString("".join(option(field, each, kind, type_) for each in facts["options"]))
    style = f"govuk-{kind}"
    if facts["small"]:
        style += f" govuk-{kind}--small"
    if kind == "radios" and facts["inline"]:
        style += " govuk-radios--inline"
    inside = format_html(
        '<div class="{}" data-module="govuk-{}" id="{}" tabindex="-1">{}</div>',
        style,
        kind,
        field.auto_id,
        drawn,
    )
    return fieldset(field, facts, inside)


def option(field: BoundField, facts: Facts, kind: str, type_: str) -> SafeString:
    hint = facts["hint"]
    said = format_html(
        '<div id="{}_helptext" class="govuk-hint govuk-{}__hint">{}</div>', facts["id"], kind, as_text(hint)
    )
    return format_html(
        '<div class="govuk-{0}__item"><input class="govuk-{0}__input" type="{1}" name="{2}" value="{3}"{4}>'
        '<label class="govuk-label govuk-{0}__label" for="{5}">{6}</label>{7}</div>',
        kind,
        type_,
        field.html_name,
        facts["value"],
        SafeString(attributes(facts["attrs"])),
        facts["id"],
        as_text(facts["label"]),
        said if hint else "",
    )


def radios(field: BoundField, facts: Facts) -> SafeString:
    return options(field, facts, "radios", "radio")


def checkboxes(field: BoundField, facts: Facts) -> SafeString:
    return options(field, facts, "checkboxes", "checkbox")


PART = (
    '<div class="govuk-date-input__item"><div class="govuk-form-group">'
    '<label class="govuk-label govuk-date-input__label" for="{0}">{1}</label>'
    '<input class="govuk-input govuk-date-input__input govuk-input--width-{2}{3}" id="{0}" name="{4}" type="text"'
    ' inputmode="numeric" value="{5}"{6}></div></div>'
)


def date(field: BoundField, facts: Facts) -> SafeString:
    """Day, month and year, the faulty ones in red."""
    disabled = " disabled" if field.field.disabled else ""
    # The boxes stand in one line, with a space between them.
    parts = format_html_join(
        "\n",
        PART,
        (
            (
                part["id"],
                part["label"],
                part["width"],
                " govuk-input--error" if part["faulty"] else "",
                part["name"],
                part["value"],
                SafeString((' aria-invalid="true"' if part["faulty"] else "") + disabled),
            )
            for part in facts["parts"]
        ),
    )
    inside = format_html('<div class="govuk-date-input" id="{}">{}</div>', field.auto_id, parts)
    return fieldset(field, facts, inside, SafeString(' role="group"'))


def figures(field: BoundField, facts: Facts) -> SafeString:
    return fieldset(field, facts, facts["control"], format_html(' id="{}"', field.auto_id))


DRAWN = {
    "checkbox": checkbox,
    "checkboxes": checkboxes,
    "date": date,
    "figures": figures,
    "input": line,
    "radios": radios,
    "select": select,
    "textarea": textarea,
}
