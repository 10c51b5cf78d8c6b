"""What people type into an application. Forms check and lay out; whether it may happen, the actions decide."""

from typing import Any

from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beacons.applications import rules
from beacons.applications.actions import Overtaken
from beacons.applications.calls import Call
from beacons.applications.content import details_fingerprint
from beacons.applications.deadline import count
from beacons.applications.models import Answer, Application
from beacons.applications.paper import Item, Section
from beacons.core import text
from beacons.core.crispy import Group
from beacons.core.forms import HouseForm, PoundsField
from beacons.core.templatetags.govuk import moment
from beacons.core.widgets import WordsTextarea
from beacons.directory.models import Authority
from outcomes.models import Outcome


class AuthorityField(forms.ModelChoiceField):
    """Any authority, or those signed up to an outcome; those that are no more say until when they were."""

    def __init__(self, signed_up_to: Outcome | None = None, **options: Any) -> None:
        offered = Authority.objects.only("official_name", "closed_on").order_by("official_name", "pk")
        if signed_up_to is not None:
            areas = signed_up_to.sign_ups.values("authority")
            offered = offered.filter(Q(pk__in=areas) | Q(county__in=areas))
        super().__init__(queryset=offered, **{"empty_label": "Choose an authority", **options})

    def label_from_instance(self, authority: Authority) -> str:
        until = f" (until {authority.closed_on.year})" if authority.closed_on else ""
        return f"{authority.official_name}{until}"


class VisibleText(forms.CharField):
    """A line in which a person can see something: zero-width marks alone are refused."""

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        if self.required and text.is_blank(value):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return value


class StartForm(HouseForm, forms.Form):
    """Begin an application for one outcome."""

    submit = "Begin the application"

    title = VisibleText(
        max_length=120,
        label="Title of the application",
        help_text="You can change it later. Up to 120 characters.",
    )


def start_form(call: Call) -> type[StartForm]:
    """With a category where the round has some, and a partner where the authority's area is not signed up."""
    fields: dict[str, Any] = {}
    if categories := call.round.categories.all():
        fields["category"] = forms.ModelChoiceField(
            queryset=categories, label="Category", empty_label="Choose a category"
        )
    if not call.signed_up:
        fields["partner"] = AuthorityField(
            call.outcome,
            label="Partner that is signed up",
            help_text="These are the authorities that are signed up to this outcome, or whose county is. It must agree to take part.",
        )
        fields["partner_role"] = VisibleText(max_length=200, label="Its part in the bid")
    return type("StartForm", (StartForm,), fields)


class OtherText(LayoutObject):
    """What somebody else saved meanwhile, above the box that still holds what was typed."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        return render_to_string("applications/_other_text.html", {"answer": self.answer})


class AnswersForm(HouseForm, forms.Form):
    """One section's questions. Half a section may be saved, and so may too many words: nothing typed is lost."""

    submit = "Save and return to the task list"
    buttons = (("stay", "Save and stay on this page"),)
    optional_marks = False

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        self.section = section
        self.others: dict[int, Answer] = {}
        super().__init__(*args, **kwargs)

    @staticmethod
    def box(item: Item) -> forms.CharField:
        question = item.question
        return forms.CharField(
            label=f"{question.text}{'' if question.required else ' (optional)'}",
            help_text=hint(item),
            required=False,
            widget=WordsTextarea(question.word_limit),
            initial=item.text,
            max_length=rules.MOST_CHARACTERS,
            strip=False,
        )

    def layout(self) -> Layout:
        parts: list[Any] = []
        for item in self.section.items:
            if item.question.pk in self.others:
                parts.append(OtherText(self.others[item.question.pk]))
            parts += [answer_name(item), version_name(item)]
        return Layout(*parts)

    def answers(self) -> dict[int, tuple[str, int]]:
        """What `actions.save_answers` takes."""
        return {
            item.question.pk: (
                self.cleaned_data[answer_name(item)],
                self.cleaned_data[version_name(item)] or 0,
            )
            for item in self.section.items
        }

    def overtaken(self, refusal: Overtaken) -> "AnswersForm":
        """Show both texts; the next save is one made in knowledge of the other's."""
        self.others = refusal.answers
        data: Any = self.data
        self.data = data = data.copy()
        for item in self.section.items:
            other = self.others.get(item.question.pk)
            if other is not None:
                data[self.add_prefix(version_name(item))] = other.version
                self.add_error(
                    answer_name(item),
                    f"{other.saved_by} saved this answer while you were writing. Their text is above the box and yours"
                    " is in it: nothing was overwritten. Save again to keep yours.",
                )
        return self


def answers_form(section: Section) -> type[AnswersForm]:
    """The form class of one section, with a box and the version that was seen for each question."""
    fields: dict[str, Any] = {}
    for item in section.items:
        fields[answer_name(item)] = AnswersForm.box(item)
        fields[version_name(item)] = forms.IntegerField(
            required=False, widget=forms.HiddenInput, initial=item.version, min_value=0
        )
    return type("SectionForm", (AnswersForm,), fields)


def answer_name(item: Item) -> str:
    return f"answer_{item.question.pk}"


def version_name(item: Item) -> str:
    return f"version_{item.question.pk}"


def hint(item: Item) -> str:
    """The question's hint, its limit, and who saved it last."""
    parts = [item.question.hint] if item.question.hint else []
    parts.append(f"Up to {count(item.question.word_limit, 'word')}.")
    if item.answer:
        parts.append(f"Last saved by {item.answer.saved_by} at {moment(item.answer.saved_at)}.")
    return " ".join(parts)


def pounds_field(label: str, help_text: str) -> PoundsField:
    return PoundsField(label=label, help_text=help_text, required=False, max_value=rules.MOST_POUNDS)


class DetailsForm(HouseForm, forms.Form):
    """Title, public summary, lead officer, and the grant asked for under its four heads."""

    submit = "Save and return to the task list"
    buttons = (("stay", "Save and stay on this page"),)
    optional_marks = False

    title = VisibleText(max_length=120, label="Title of the application", help_text="Up to 120 characters.")
    summary = forms.CharField(
        label="Summary for the public",
        help_text=f"Published if the application wins an award. Up to {rules.SUMMARY_WORDS} words.",
        required=False,
        widget=WordsTextarea(rules.SUMMARY_WORDS),
        max_length=rules.MOST_CHARACTERS,
    )
    lead_officer = forms.CharField(
        max_length=120,
        label="Lead officer",
        help_text="Who answers for the work, with their job.",
        required=False,
    )
    develop = pounds_field("Developing the practice", "Making what you do ready for others.")
    innovate = pounds_field("Innovation", "Trying what nobody has tried.")
    disseminate = pounds_field("Dissemination", "Open days, visits, workshops, materials.")
    support = pounds_field("Performance support", "Days your people give to councils that need help.")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        saved = {name: getattr(application, name) or None for name in (*WRITTEN, *rules.HEADS)}
        kwargs["initial"] = {**saved, "seen": details_fingerprint(application)}
        super().__init__(*args, **kwargs)

    def layout(self) -> Layout:
        a_round = self.application.round
        hint = (
            f"In whole pounds. Together at least £{a_round.grant_least:,} and at most £{a_round.grant_most:,};"
            f" dissemination and support at least {a_round.shared_least} per cent of it."
        )
        return Layout(*WRITTEN, Group("The grant you ask for", *rules.HEADS, hint=hint), "seen")

    def details(self) -> dict[str, Any]:
        """What `actions.save_details` takes."""
        pounds = {name: self.cleaned_data[name] or 0 for name in rules.HEADS}
        written = {name: self.cleaned_data[name] for name in WRITTEN}
        return {**written, **pounds, "seen": self.cleaned_data["seen"] or None}

    def overtaken(self, refusal: Overtaken) -> "DetailsForm":
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("seen")] = details_fingerprint(refusal.application)
        self.refused(refusal)
        return self


WRITTEN = ("title", "summary", "lead_officer")


class PartnerForm(HouseForm, forms.Form):
    """Another authority, or a body that is none."""

    submit = "Add this partner"
    optional_marks = False

    authority = AuthorityField(label="An authority", required=False, empty_label="None of these")
    name = forms.CharField(
        max_length=160,
        required=False,
        label="Or the name of another body",
        help_text="A charity, a college, a company, a health body.",
    )
    role = VisibleText(max_length=200, label="Its part in the bid", help_text="In a sentence.")


class CertifyForm(HouseForm, forms.Form):
    """The certifier's two statements, on what was shown."""

    submit = "Certify the application"

    true = forms.BooleanField(
        label="I have read the whole application, and to the best of my knowledge it is true."
    )
    willing = forms.BooleanField(
        label="If it wins, the authority will share what it learns and support others, in time, as the application says."
    )
    seen = forms.CharField(widget=forms.HiddenInput)
