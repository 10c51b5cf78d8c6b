"""What the crispy pack in templates/govuk leans on: one field drawn the GOV.UK way, and links to what is wrong.

Pages do not load this; they write `{% crispy form %}`, or `{{ form.name|as_crispy_field }}` for one field.
"""

from functools import cache
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beacons.core import frames
from beacons.core.widgets import DateParts, FiguresTable

register = template.Library()

PARTS = {"min": "From", "max": "To", "after": "From", "before": "To", "lookup": "How to compare"}


@cache
def kind(widget: type[forms.Widget]) -> str:
    """By which function of beacons/core/frames.py, or template of templates/govuk/fields, its field is drawn."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (DateParts, "date"),
        (FiguresTable, "figures"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "checkbox"),
        (forms.ClearableFileInput, "file"),
        (forms.FileInput, "file"),
        (forms.PasswordInput, "password"),
        ((forms.MultiWidget, forms.SelectDateWidget), "parts"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
    )
    return next((name for widgets, name in kinds if issubclass(widget, widgets)), "input")


CLASSES = {
    "input": "govuk-input",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "file": "govuk-file-upload",
}
ERRORS = {
    "input": "govuk-input--error",
    "password": "govuk-input--error",
    "select": "govuk-select--error",
    "textarea": "govuk-textarea--error",
    "file": "govuk-file-upload--error",
}


@register.simple_tag
def govuk_field(field: BoundField) -> SafeString:
    """Label or legend, hint, errors and the control itself, each named as Django's aria-describedby expects."""
    if field.is_hidden:
        return SafeString(field)
    widget = field.field.widget
    drawn = kind(type(widget))
    form = field.form
    facts = {
        "field": field,
        "widget": widget,
        "heading": getattr(form, "heading_field", "") == field.name,
        "optional": optional(field),
        "prefix": getattr(widget, "prefix", ""),
        "suffix": getattr(widget, "suffix", ""),
        "words": getattr(widget, "words", 0),
        "letters": letters(field) if drawn == "textarea" else 0,
        "small": getattr(widget, "small", False),
        "inline": getattr(widget, "inline", False),
    }
    facts.update(DRAWN.get(drawn, control)(field, drawn))
    if drawn in frames.DRAWN:
        return frames.DRAWN[drawn](field, facts)
    begins = frames.legend if drawn == "parts" else frames.label
    return render_to_string(f"govuk/fields/{drawn}.html", {**facts, "begins": begins(field, facts)})


def optional(field: BoundField) -> bool:
    """Say that a field may stay empty, unless its label does or the form would rather not."""
    plain = field.field.required or field.field.disabled or isinstance(field.field, forms.BooleanField)
    marks = getattr(field.form, "optional_marks", False)
    return marks and not plain and "optional" not in str(field.label).lower()


def letters(field: BoundField) -> int:
    return getattr(field.field, "max_length", 0) or 0


def control(field: BoundField, drawn: str) -> dict[str, Any]:
    """One control, with the classes and descriptions it needs."""
    widget = field.field.widget
    own = widget.attrs.get("class", "")
    classes = [CLASSES.get(drawn, ""), own, ERRORS.get(drawn, "") if field.errors else ""]
    attrs: dict[str, Any] = {}
    if drawn == "textarea" and (hasattr(widget, "words") or letters(field)):
        classes.append("govuk-js-character-count")
        attrs["aria-describedby"] = " ".join(
            [f"{field.auto_id}-info", *(field.aria_describedby or "").split()]
        )
        attrs["maxlength"] = False
    if drawn == "password":
        attrs.update({"spellcheck": "false", "autocapitalize": "none"})
        attrs.setdefault("autocomplete", widget.attrs.get("autocomplete", "current-password"))
    attrs["class"] = " ".join(name for name in classes if name)
    if drawn in ("input", "password"):
        attrs["placeholder"] = False
    if drawn == "file":
        return file(field, attrs)
    return {"control": field.as_widget(attrs=attrs)}


def file(field: BoundField, attrs: dict[str, Any]) -> dict[str, Any]:
    """The chooser alone; what is there already, and the box that removes it, stand above it."""
    widget = field.field.widget
    there = field.initial if getattr(field.initial, "url", "") else None
    clears = bool(there) and isinstance(widget, forms.ClearableFileInput) and not field.field.required
    built = field.build_widget_attrs({"id": field.auto_id, **widget.attrs, **attrs})
    context = {"widget": forms.FileInput().get_context(field.html_name, None, built)["widget"]}
    context["widget"]["type"] = "file"
    return {
        "control": SafeString(render_to_string("django/forms/widgets/input.html", context)),
        "there": there,
        "clear_name": widget.clear_checkbox_name(field.html_name) if clears else "",
    }


def choices(field: BoundField, drawn: str) -> dict[str, Any]:
    """Options one by one, so that each has its label, and its hint where the widget holds one."""
    hints = getattr(field.field.widget, "hints", {})
    options = []
    for part in field.subwidgets:
        value = str(part.data["value"])
        attrs = {
            name: held for name, held in part.data["attrs"].items() if name not in ("class", "aria-invalid")
        }
        hint = hints.get(value, "")
        if hint:
            attrs["aria-describedby"] = f"{attrs['id']}_helptext"
        if part.data["selected"]:
            attrs["checked"] = True
        options.append(
            {"label": part.choice_label, "value": value, "hint": hint, "attrs": attrs, "id": attrs["id"]}
        )
    return {"options": options}


def single(field: BoundField, drawn: str) -> dict[str, Any]:
    return {"control": field.as_widget(attrs={"class": "govuk-checkboxes__input"})}


def date_parts(field: BoundField, drawn: str) -> dict[str, Any]:
    """Three labelled boxes; the red ones are those to look at again."""
    widget = field.field.widget
    faulty = widget.faulty_parts(field.value()) if field.errors else []
    values = widget.decompress(field.value())
    parts = [
        {
            "label": part.label,
            "name": f"{field.html_name}{widget.widgets_names[index]}",
            "id": f"{field.auto_id}_{index}",
            "value": values[index],
            "width": part.width,
            "faulty": index in faulty,
        }
        for index, part in enumerate(widget.widgets)
    ]
    return {"parts": parts}


def many_parts(field: BoundField, drawn: str) -> dict[str, Any]:
    """Any other widget of several boxes, such as django-filter's ranges: a small label on each."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id, **widget.attrs})
    boxes = widget.get_context(field.html_name, field.value(), attrs)["widget"]["subwidgets"]
    parts = []
    for index, box in enumerate(boxes):
        suffix = box["name"].removeprefix(field.html_name).strip("_")
        style = "govuk-select" if "optgroups" in box else "govuk-input govuk-input--width-10"
        box["attrs"]["class"] = f"{style} {ERRORS['input'] if field.errors else ''}".strip()
        label = PARTS.get(suffix) or (
            suffix.capitalize() if suffix and not suffix.isdigit() else f"Part {index + 1}"
        )
        parts.append({"label": label, "id": box["attrs"]["id"], "widget": box})
    return {"parts": parts}


def figures(field: BoundField, drawn: str) -> dict[str, Any]:
    return {"control": field.as_widget()}


DRAWN = {
    "figures": figures,
    "radios": choices,
    "checkboxes": choices,
    "checkbox": single,
    "date": date_parts,
    "parts": many_parts,
}


def target(field: BoundField) -> str:
    """The id that a link to this field goes to: the first control a person can put right."""
    widget = field.field.widget
    if isinstance(widget, DateParts):
        return f"{field.auto_id}_{widget.faulty_parts(field.value())[0]}"
    if isinstance(widget, forms.RadioSelect):
        first = next(iter(field.subwidgets), None)
        return first.id_for_label if first else field.auto_id
    if isinstance(widget, forms.MultiWidget):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


def problems(form: forms.BaseForm) -> list[tuple[str, str]]:
    """(id to go to or nothing, message), in the order of the page."""
    found = [("", str(message)) for message in form.non_field_errors()]
    for field in form:
        to = "" if field.is_hidden else target(field) if field.errors else ""
        found += [(to, str(message)) for message in field.errors]
    return found


@register.inclusion_tag("govuk/error_summary.html")
def error_summary(form: Any = None) -> dict[str, Any]:
    """The list of what is wrong, once for each form however often it is asked for."""
    if isinstance(form, BaseFormSet):
        bound = form.is_bound and not form.is_valid()
        found = [("", str(message)) for message in form.non_form_errors()] if bound else []
        found += [problem for one in form.forms for problem in problems(one)] if bound else []
    elif isinstance(form, forms.BaseForm) and form.is_bound and form.errors:
        found = problems(form)
    else:
        found = []
    if not found or getattr(form, "summary_shown", False):
        return {"problems": []}
    form.summary_shown = True
    return {"problems": found}


@register.filter
def has_problems(form: Any) -> bool:
    """Is this a form, and is something wrong in it? Asked for the page's title."""
    if isinstance(form, BaseFormSet):
        return form.is_bound and not form.is_valid()
    return isinstance(form, forms.BaseForm) and form.is_bound and bool(form.errors)
