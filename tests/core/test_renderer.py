"""Controls drawn without templates say, letter by letter, what Django's own templates would."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting, get_default_renderer

from beacons.core.renderer import DRAWN, HouseRenderer

SHARP = "<&>\"' é "
GROUPED = [("", "Choose"), ("Near", [(1, SHARP), (2, "Two")]), (SHARP, [("x", "y")]), (None, "None"), (SHARP, SHARP)]  # fmt: skip
ATTRS = {
    "id": "id_it",
    "class": SHARP,
    "maxlength": False,
    "disabled": True,
    "data-number": 1234.5,
    "rows": 1000,
}

CONTROLS = [
    (forms.TextInput(), "text"),
    (forms.TextInput({"title": SHARP}), SHARP),
    (forms.TextInput(), None),
    (forms.NumberInput(), 1234567.25),
    (forms.EmailInput(), SHARP),
    (forms.URLInput(), SHARP),
    (forms.PasswordInput(), "secret"),
    (forms.PasswordInput(render_value=True), "secret"),
    (forms.HiddenInput(), SHARP),
    (forms.HiddenInput(), 0),
    (forms.DateInput(), date(2027, 3, 27)),
    (forms.DateTimeInput(), ""),
    (forms.TimeInput(), "10:30"),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.CheckboxInput(), SHARP),
    (forms.Textarea(), SHARP),
    (forms.Textarea(), "\n first line"),
    (forms.Textarea(), None),
    (forms.Select(choices=GROUPED), 1),
    (forms.Select(choices=GROUPED), SHARP),
    (forms.Select(choices=GROUPED), None),
    (forms.Select(choices=[]), "x"),
    (forms.SelectMultiple(choices=GROUPED), ["2", "x"]),
    (forms.NullBooleanSelect(), True),
    # These keep their templates, or parts of them.
    (forms.RadioSelect(choices=GROUPED), 2),
    (forms.CheckboxSelectMultiple(choices=GROUPED), [1, "x"]),
    (forms.ClearableFileInput(), None),
    (forms.SplitDateTimeWidget(), None),
]


@pytest.mark.parametrize(("widget", "value"), CONTROLS)
@pytest.mark.parametrize("attrs", [{}, ATTRS])
def test_a_control_is_drawn_as_by_djangos_templates(widget, value, attrs):
    drawn, wanted = (
        widget.render(f"it{SHARP}", value, attrs, renderer=renderer)
        for renderer in (HouseRenderer(), TemplatesSetting())
    )

    assert drawn == wanted
    assert hasattr(drawn, "__html__")


def test_every_control_that_is_drawn_is_among_them_and_the_house_draws_so():
    tried = {widget.template_name for widget, _ in CONTROLS}

    assert set(DRAWN) <= tried | {"django/forms/widgets/input.html"}
    assert isinstance(get_default_renderer(), HouseRenderer)
