"""The base of every form here: GOV.UK widgets, messages a person can act on, cleaned text, a crispy helper.

A form, its view and its template:

    class IssueForm(HouseForm, forms.ModelForm):
        submit = "Save the issue"                        # the button; default "Save and continue"

        class Meta:
            model = Issue
            fields = ["text", "found_on"]                # a DateField becomes day, month and year

        text = WordsField(words=200, label="What is hard about this outcome?", help_text="Up to 200 words.")

    class IssueCreate(LoginRequiredMixin, CreateView):
        form_class = IssueForm
        template_name = "outcomes/issue_form.html"

        def form_valid(self, form):
            try:
                issue = actions.state(..., by=self.request.user, at=self.request.at)
            except Refused as refusal:
                return self.form_invalid(form.refused(refusal))          # nothing typed is lost
            messages.success(self.request, "Issue stated.")
            return redirect(issue.outcome)

    {% extends "base.html" %}
    {% load crispy_forms_tags govuk %}
    {% block title %}State an issue{% endblock %}
    {% block before_content %}{% back_link outcome.get_absolute_url "Back to the outcome" %}{% endblock %}
    {% block content %}
      <h1 class="govuk-heading-l">State an issue</h1>
      {% crispy form %}
    {% endblock %}

base.html shows the error summary above the heading and puts "Error: " into the title when the context's `form` has
errors; a form under another name shows its own summary. Also on the class: `cancel` (an address beside the button),
`buttons` ((name, text) pairs for further buttons), `groups` (legend and field names, laid out as fieldsets),
`heading_field` (a page of one question: its label is the h1), `labels` and `hints` (words that replace a field's own,
for another package's forms), `optional_marks` (say which fields may stay empty).
Fields: `WordsField(words=)`, `PoundsField()`. A FilterSet derives from `HouseFilterSet` and is shown by
`{% filter_panel filter %}`.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any

import django_filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Hidden, Submit
from django import forms
from django.core.exceptions import ValidationError

from beacons.core import text
from beacons.core.crispy import Group, Layout
from beacons.core.widgets import Checkbox, Checkboxes, DateParts, PoundsInput, Radios, WordsTextarea

TIMES = ["%H:%M", "%H.%M", "%H:%M:%S", "%I:%M%p", "%I.%M%p", "%I%p", "%I:%M %p", "%I %p"]
# Django's own words for these name no field, which a list of errors needs.
LIMITS = {
    "max_length": "{label} must be %(limit_value)d characters or fewer",
    "min_length": "{label} must be %(limit_value)d characters or more",
    "max_value": "{label} must be %(limit_value)s or less",
    "min_value": "{label} must be %(limit_value)s or more",
}


LOST = (
    "Part of this page was lost on its way. What you typed is still here: look through it and send it again."
)
# NUL and the like come along when text is copied out of another program.
TAKEN_OUT = (
    "{label}: this held characters that cannot be kept, and that nobody can see. They are taken out, and nothing is"
    " saved yet: look through what you typed and save it again."
)
CANNOT_BE_KEPT = (
    "{label}: this holds characters that cannot be kept, and that nobody can see. Save it with the button, and they are"
    " taken out."
)


# Words without blanks are no way around their number.
LETTERS_A_WORD, SHORTEST_BOUND = 40, 2_000


class WordsField(forms.CharField):
    """A text of so many words, counted on the page and here in the same way."""

    def __init__(self, *, words: int, **options: Any) -> None:
        self.words = words
        super().__init__(**{"widget": WordsTextarea(words), **options})

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.required and text.is_blank(value):
            # Marks that print as nothing are no answer.
            raise ValidationError(self.error_messages["required"], code="required")
        most = max(SHORTEST_BOUND, LETTERS_A_WORD * self.words)
        if len(value) > most:
            # Not as `max_length`, by which a browser cuts short what is pasted without a word.
            raise ValidationError(
                f"{self.label or 'This answer'}: {len(value) - most:,} characters too many, the limit is {most:,}",
                code="max_letters",
            )
        over = text.words(value) - self.words
        if over > 0:
            raise ValidationError(
                f"{self.label or 'This answer'}: {over} {'word' if over == 1 else 'words'} too many,"
                f" the limit is {self.words}",
                code="max_words",
            )


class PoundsField(forms.IntegerField):
    """Whole pounds, however they are written: £12,000 or 12000."""

    widget = PoundsInput

    def __init__(self, *, min_value: int | None = 0, **options: Any) -> None:
        super().__init__(min_value=min_value, **options)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = value.replace("£", "").replace(",", "").replace(" ", "").removesuffix(".00")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class HouseForm:
    """Mixed in before forms.Form or forms.ModelForm; see the top of this file."""

    submit = "Save and continue"
    cancel = ""
    buttons: tuple[tuple[str, str], ...] = ()
    groups: tuple[tuple[str, list[str]], ...] = ()
    heading_field = ""
    labels: Mapping[str, str] = {}
    hints: Mapping[str, str] = {}
    optional_marks = True
    use_required_attribute = False
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    _errors: dict[str, Any]
    data: Any
    add_prefix: Callable[[str], str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # What is wrong with a hidden field is told in words that name none (`_renew_what_was_lost`).
            if not field.widget.is_hidden:
                field.label = self.labels.get(name, field.label)
                field.help_text = self.hints.get(name, field.help_text)
                dress(field, label_of(name, field))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = self.layout()
        helper.attrs = {"novalidate": True}
        if shown := self.shows():
            mark = hashlib.sha256(repr(shown).encode()).hexdigest()[:12]
            helper.layout = Layout(Hidden(f"shows-{mark}", ""), helper.layout)
            helper.attrs["name"] = f"shows-{mark}"
        helper.cancel = self.cancel
        if self.submit:
            helper.add_input(Submit("", self.submit))
        for name, value in self.buttons:
            helper.add_input(Submit(name, value, css_class="govuk-button--secondary"))
        return helper

    def shows(self) -> list[Any]:
        """The versions of what it shows, if others may save the same thing meanwhile.

        A browser that goes back fetches the page afresh and then puts into it what was typed there before: an old text
        in a form that says it has seen the newest, and would be saved over it. Browsers know a form again by its name
        and by the names of its first fields; with versions both of them change whenever what is shown does.
        """
        return []

    def layout(self) -> Layout:
        """In groups where there are groups; fields of no group come last."""
        grouped = {name for _, names in self.groups for name in names}
        return Layout(
            *(Group(legend, *names) for legend, names in self.groups),
            *(name for name in self.fields if name not in grouped),
        )

    def refused(self, refusal: Any) -> "HouseForm":
        """The same form, with a refusal's reasons above it."""
        for reason in refusal.reasons:
            self.add_error(None, reason)
        return self

    def without_the_unreadable(self, names: Collection[str]) -> "HouseForm":
        """The same form with the text that can be kept; `names` are the fields from which something was taken out.

        A date or a table is one field here and several on the page: `answer_7_day` stands under `answer_7`.
        """
        told = [
            field
            for field in self.fields
            if any(
                name == self.add_prefix(field) or name.startswith(f"{self.add_prefix(field)}_")
                for name in names
            )
        ]
        for field in told:
            self.add_error(field, TAKEN_OUT.format(label=label_of(field, self.fields[field])))
        if not told:
            self.add_error(None, TAKEN_OUT.format(label="This page"))
        return self

    def closed(self, reasons: Iterable[str]) -> "HouseForm":
        """The same form with what was typed, and nothing said about it but why it came too late."""
        self.errors.clear()  # type: ignore[attr-defined]
        for reason in reasons:
            self.add_error(None, reason)
        return self

    def add_error(self, field: str | None, error: Any) -> None:
        if field and getattr(error, "code", "") == "invalid":
            widget = self.fields[field].widget
            if isinstance(widget, DateParts):
                label = label_of(field, self.fields[field])
                error = ValidationError(widget.complaint(label, self[field].value()), code="invalid")  # type: ignore[index]
        super().add_error(field, error)  # type: ignore[misc]

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, value in self.cleaned_data.items():
            if isinstance(value, str) and not isinstance(self.fields[name].widget, forms.PasswordInput):
                self.cleaned_data[name] = text.clean(value)
        self._measure_what_grew()
        self._renew_what_was_lost()

    def _measure_what_grew(self) -> None:
        """Some letters are kept as two, so that a text that was short enough is not any more."""
        for name, value in list(self.cleaned_data.items()):
            most = getattr(self.fields[name], "max_length", None)
            if most is not None and isinstance(value, str) and len(value) > most:
                label = label_of(name, self.fields[name])
                self.add_error(
                    name, f"{label} must be {most} characters or fewer; as it is kept it has {len(value)}"
                )

    def _renew_what_was_lost(self) -> None:
        """Junk in a hidden field is nobody's fault on the page, and would be sent again with it for ever.

        One that must be there holds again what the page shows now; any other is left out.
        """
        junk = [
            name for name, field in self.fields.items() if field.widget.is_hidden and name in self._errors
        ]
        for name in junk:
            del self._errors[name]
            shown = self[name].initial if self.fields[name].required else None  # type: ignore[index]
            self.data = self.data.copy()
            self.data[self.add_prefix(name)] = "" if shown is None else shown
        if junk:
            self.add_error(None, ValidationError(LOST, code="lost"))


def dress(field: forms.Field, label: str) -> None:
    """Give a field the widget and the words it has in this house, unless it was given its own."""
    widget = field.widget
    replacement: forms.Widget | None = None
    if type(widget) is forms.DateInput:
        replacement = DateParts()
    elif type(widget) is forms.CheckboxInput:
        replacement = Checkbox(widget.attrs)
    elif type(widget) is forms.RadioSelect:
        replacement = Radios(widget.attrs)
    elif type(widget) is forms.CheckboxSelectMultiple:
        replacement = Checkboxes(widget.attrs)
    elif type(widget) is forms.DateTimeInput:
        replacement = forms.DateTimeInput({"type": "datetime-local", **widget.attrs}, format="%Y-%m-%dT%H:%M")
    elif isinstance(widget, forms.NumberInput):
        mode = "numeric" if type(field) is forms.IntegerField else "decimal"
        replacement = forms.TextInput({"inputmode": mode, "class": "govuk-input--width-5"})
    if replacement is not None:
        replacement.is_required = field.required
        if hasattr(field, "choices"):
            replacement.choices = field.choices  # type: ignore[attr-defined]
        field.widget = replacement
    if isinstance(field, forms.TimeField):
        field.input_formats = TIMES
        field.widget.attrs.setdefault("class", "govuk-input--width-5")
    name_errors(field, label)


def name_errors(field: forms.Field, label: str) -> None:
    """Replace Django's default messages by ones that name the field."""
    default = default_messages(type(field))
    ours = {
        "required": required_message(field, label),
        "invalid": invalid_message(field, label),
        "invalid_choice": f"{label}: choose from the list",
        "null_characters_not_allowed": CANNOT_BE_KEPT.format(label=label.replace("%", "%%")),
        **{
            code: words.replace("{label}", label.replace("%", "%%"))
            for code, words in LIMITS.items()
            if code not in default
        },
    }
    for code, message in ours.items():
        if message and field.error_messages.get(code, default.get(code)) == default.get(code):
            field.error_messages[code] = message


@cache
def default_messages(kind: type[forms.Field]) -> dict[str, Any]:
    """What Django would say, of a field of this kind."""
    found: dict[str, Any] = {}
    for parent in reversed(kind.__mro__):
        found.update(getattr(parent, "default_error_messages", {}))
    return found


def required_message(field: forms.Field, label: str) -> str:
    if label.endswith("?"):
        return f"Answer “{label}”"
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}” to go on"
    verb = "Enter"
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField):
        verb = "Select"
    return f"{verb} {small_first(label)}"


def invalid_message(field: forms.Field, label: str) -> str:
    if isinstance(field, forms.EmailField):
        return f"{label} must be an email address, like name@example.org"
    # Django derives both from the field of whole numbers.
    if isinstance(field, forms.DecimalField | forms.FloatField):
        return f"{label} must be a number, like 12.5"
    if isinstance(field, forms.IntegerField):
        return f"{label} must be a whole number, like 12"
    if isinstance(field, forms.TimeField):
        return f"{label} must be a time, like 2:30pm"
    return ""


def label_of(name: str, field: forms.Field) -> str:
    """The label in a sentence; a name where there is none yet."""
    return str(field.label or name.replace("_", " ").capitalize()).strip().removesuffix(":")


def small_first(label: str) -> str:
    """'Reason' in the middle of a sentence; 'NI 117' and 'LGA' stay as they are."""
    if len(label) > 1 and label[0].isupper() and (label[1].islower() or label[1] == " "):
        return label[0].lower() + label[1:]
    return label


class WhyForm(HouseForm, forms.Form):
    """A reason, and then the act. It is given its words, or a form that derives from it has them."""

    why = WordsField(words=150, label="Why?")

    def __init__(
        self,
        *args: Any,
        label: str = "",
        hint: str = "",
        submit: str = "",
        cancel: str = "",
        words: int = 150,
        **kwargs: Any,
    ) -> None:
        self.labels, self.hints = {"why": label} if label else {}, {"why": hint}
        self.submit, self.cancel = submit or self.submit, cancel or self.cancel
        super().__init__(*args, **kwargs)
        self.fields["why"].words = self.fields["why"].widget.words = words


class FilterForm(HouseForm, forms.Form):
    """The form of a filter panel: small, never saved, everything optional."""

    submit = "Show"
    optional_marks = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.NullBooleanField):
                field.widget.choices = [("unknown", "Either"), ("true", "Yes"), ("false", "No")]  # type: ignore[attr-defined]


class HouseFilterSet(django_filters.FilterSet):
    """A FilterSet whose form is shown by `{% filter_panel filter %}`."""

    def get_form_class(self) -> type[forms.Form]:
        fields = {name: part.field for name, part in self.filters.items()}
        return type(f"{type(self).__name__}Form", (FilterForm,), fields)
