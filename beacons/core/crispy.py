"""Layout objects of our own, for forms laid out by hand."""

from typing import Any

from crispy_forms import layout
from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beacons.core.templatetags.govuk_fields import govuk_field


class Holding(LayoutObject):
    """Holds fields, which are drawn without a template around each."""

    def get_rendered_fields(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        drawn = []
        for field in self.fields:
            if isinstance(field, str) and field in form.fields and field not in form.rendered_fields:
                form.rendered_fields.add(field)
                drawn.append(govuk_field(form[field]))
            else:
                # Parts of a layout; and crispy's own words for a field that is not there, or is there twice.
                drawn.append(render_field(field, form, context, template_pack=template_pack, **kwargs))
        return SafeString("".join(drawn))


class Layout(Holding, layout.Layout):
    """All of a form, part after part."""


class Group(Holding):
    """Fields under one legend.

    Unlike crispy's Fieldset it prints the legend as it is: theirs is rendered as a template, which must not
    happen to words that staff or councils have typed.
    """

    template = "group"

    def __init__(self, legend: str, *fields: Any, hint: str = "", place: str = "") -> None:
        """`place` is its id, where a page is opened at it."""
        self.legend = legend
        self.fields = list(fields)
        self.hint = hint
        self.place = place

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(
            f"{template_pack}/layout/{self.template}.html",
            {"legend": self.legend, "hint": self.hint, "place": self.place, "fields": fields},
        )


class Row(Group):
    """Fields of one of several like things, side by side where there is room."""

    template = "row"


class Folded(Holding):
    """Fields behind a line that opens; open already where one of them has an error."""

    def __init__(self, summary: str, *fields: Any, is_open: bool = False) -> None:
        self.summary = summary
        self.fields = list(fields)
        self.is_open = is_open

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        is_open = self.is_open or any(form.errors.get(name) for name in self.fields if form.is_bound)
        return render_to_string(
            f"{template_pack}/layout/folded.html",
            {"summary": self.summary, "is_open": is_open, "fields": fields},
        )


class Press(LayoutObject):
    """A further button among the fields, beside what it is about. `value` is where the page is opened again."""

    def __init__(self, name: str, value: str, words: str) -> None:
        self.facts = {"name": name, "value": value, "words": words}
        self.fields: list[Any] = []

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        return render_to_string(f"{template_pack}/layout/press.html", self.facts)


class EnterSaves(LayoutObject):
    """First in a form with such buttons: the Enter key presses a form's first button, which is to be its main one."""

    fields: list[Any] = []

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        return SafeString('<button type="submit" hidden tabindex="-1" aria-hidden="true"></button>')


class Shown(LayoutObject):
    """Something to read among the fields: a template of ours, with facts of its own."""

    def __init__(self, template: str, **facts: Any) -> None:
        self.template = template
        self.facts = facts
        self.fields: list[Any] = []

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        return render_to_string(self.template, self.facts)
