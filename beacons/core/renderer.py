"""Controls of forms, drawn without templates: what Django's own templates say, letter by letter, in a tenth of the time.

A form of ours has up to two hundred boxes, and a list of all authorities has 540 options; Django renders three templates
for each. `settings.FORM_RENDERER` names `HouseRenderer`, which draws the commonest controls from the same facts as those
templates are given and leaves the others to them. A test draws every control both ways and wants them equal
(docs/decisions/0039-forms-are-drawn-without-templates.md).
"""

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import TemplatesSetting

Facts = Mapping[str, Any]


class HouseRenderer(TemplatesSetting):
    """The site's renderer of forms: templates, but for what `DRAWN` names."""

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request=request)
        return draw(context["widget"])


def escaped(text: Any) -> str:
    """As Django's conditional_escape says it, which asks of every word first whether it waits for its translation."""
    return text.__html__() if hasattr(text, "__html__") else escape(str(text))


def attributes(attrs: Facts) -> str:
    """django/forms/widgets/attrs.html"""
    return "".join(
        f" {escaped(name)}" if value is True else f' {escaped(name)}="{escaped(str(value))}"'
        for name, value in attrs.items()
        if value is not False
    )


def an_input(widget: Facts) -> str:
    """django/forms/widgets/input.html, which is also that of dates, numbers, addresses and what is hidden."""
    value = widget["value"]
    written = "" if value is None else f' value="{escaped(str(value))}"'
    name = escaped(widget["name"])
    return f'<input type="{widget["type"]}" name="{name}"{written}{attributes(widget["attrs"])}>'


def a_textarea(widget: Facts) -> str:
    """django/forms/widgets/textarea.html"""
    text = escaped(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{escaped(widget["name"])}"{attributes(widget["attrs"])}>\n{text}</textarea>'


def a_select(widget: Facts) -> str:
    """django/forms/widgets/select.html"""
    name = escaped(widget["name"])
    groups = "".join(map(a_group, widget["optgroups"]))
    return f'<select name="{name}"{attributes(widget["attrs"])}>{groups}\n</select>'


def a_group(group: tuple[str | None, Iterable[Facts], int]) -> str:
    name, options, _ = group
    listed = "".join(map(an_option, options))
    return f'\n  <optgroup label="{escaped(name)}">{listed}\n  </optgroup>' if name else listed


def an_option(option: Facts) -> str:
    """django/forms/widgets/select_option.html"""
    value, label = escaped(str(option["value"])), escaped(option["label"])
    return f'\n  <option value="{value}"{attributes(option["attrs"])}>{label}</option>\n'


INPUTS = (
    "checkbox",
    "date",
    "datetime",
    "email",
    "hidden",
    "input",
    "number",
    "password",
    "text",
    "time",
    "url",
)
DRAWN: Mapping[str, Callable[[Facts], str]] = {
    **{f"django/forms/widgets/{name}.html": an_input for name in INPUTS},
    "django/forms/widgets/select.html": a_select,
    "django/forms/widgets/textarea.html": a_textarea,
}
