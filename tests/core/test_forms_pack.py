"""The form pack: links that go somewhere, labels that stay text, messages that help."""

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.template import engines
from django.test import Client

from beacons.core.forms import HouseForm, PoundsField, WordsField
from beacons.core.lifecycle import Refused
from beacons.core.widgets import DateParts
from tests.example_pages import BidForm

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.example_pages")]

PAGES = ["/", "/form/", "/list/", "/parts/", "/sent/", "/charts/"]


@pytest.fixture(autouse=True)
def example(settings):
    settings.NAVIGATION = "tests.example_pages.items"


class Page(HTMLParser):
    """What a test asks of a page: its elements, and the text of its title."""

    def __init__(self, response):
        super().__init__()
        self.source = response.content.decode()
        self.elements: list[tuple[str, dict]] = []
        self.feed(self.source)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def ids(self):
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]

    def all(self, *tags):
        return [attrs for tag, attrs in self.elements if tag in tags]

    @property
    def title(self):
        return re.search("<title>(.*?)</title>", self.source).group(1)

    @property
    def error_links(self):
        summary = re.search("govuk-error-summary__list.*?</ul>", self.source, re.S)
        return re.findall('<a href="#(.*?)">(.*?)</a>', summary.group()) if summary else []


def get(address):
    return Page(Client().get(address))


def post(**typed):
    return Page(Client().post("/form/", typed))


def render(form, source="{% load crispy_forms_tags %}{% crispy form %}"):
    return engines["django"].from_string(source).render({"form": form})


# Errors


def test_every_error_is_linked_to_the_first_control_that_can_put_it_right():
    page = post()

    assert page.error_links == [
        ("id_title", "Enter title &lt;b&gt;of the bid&lt;/b&gt;"),
        ("id_asked", "Enter grant asked for"),
        ("id_why", "Answer “Why should your council be a beacon?”"),
        ("id_kind_0", "Select kind of council"),
        ("id_helps_0", "Select how you will help others"),
        ("id_region", "Select region"),
        ("id_starts_on_0", "Enter start of the work"),
        ("id_plan", "Select project plan"),
        ("id_contact", "Enter email address of your lead officer"),
        ("id_agree", "Tick “We will share what we learn” to go on"),
    ]
    controls = {attrs.get("id") for attrs in page.all("input", "select", "textarea")}
    assert {target for target, _ in page.error_links} <= controls


def test_the_title_says_error_only_when_there_is_one():
    assert get("/form/").title == "Your bid – Beacons"
    assert post().title == "Error: Your bid – Beacons"


def test_one_error_summary_even_where_frame_and_form_both_draw_it():
    assert post().source.count('class="govuk-error-summary"') == 1


def test_a_form_under_another_name_shows_its_own_summary():
    html = render(
        BidForm({}), "{% load crispy_forms_tags %}{% with other=form %}{% crispy other %}{% endwith %}"
    )

    assert html.count('class="govuk-error-summary"') == 1


@pytest.mark.parametrize("address", PAGES)
def test_ids_are_unique_and_descriptions_and_labels_point_at_them(address):
    page = get(address)
    ids = page.ids()

    assert len(ids) == len(set(ids))
    for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for _, attrs in page.elements:
            assert set((attrs.get(name) or "").split()) <= set(ids), attrs


def test_descriptions_point_at_hint_and_error_when_there_are_both():
    page = post()
    ids = set(page.ids())
    described = [
        attrs["aria-describedby"].split() for _, attrs in page.elements if "aria-describedby" in attrs
    ]

    assert ["id_title_helptext", "id_title_error"] in described
    assert ["id_why-info", "id_why_helptext", "id_why_error"] in described
    assert ["id_starts_on_helptext", "id_starts_on_error"] in described
    assert all(set(names) <= ids for names in described)


def test_every_control_has_a_label():
    page = get("/form/")
    labelled = {attrs.get("for") for attrs in page.all("label")}
    controls = [
        attrs
        for attrs in page.all("input", "select", "textarea")
        if attrs.get("type") not in ("hidden", "submit")
    ]

    assert len(controls) == 21
    assert {attrs["id"] for attrs in controls} <= labelled


# Words of others


def test_labels_hints_and_options_are_escaped():
    source = get("/form/").source

    assert "Title &lt;b&gt;of the bid&lt;/b&gt;" in source
    assert "Plain words &amp; &lt;i&gt;short&lt;/i&gt;." in source
    assert "The upper of &lt;two&gt; tiers." in source
    assert "<b>of" not in source
    assert "<i>short" not in source


def test_a_label_is_escaped_even_when_somebody_called_it_safe():
    from django.utils.safestring import SafeString

    class Named(HouseForm, forms.Form):
        name = forms.CharField(label=SafeString("<script>1</script>"), help_text=SafeString("<img src=x>"))

    html = render(Named())

    assert "<script>" not in html
    assert "<img" not in html


def test_a_legend_is_text_and_never_a_template():
    class Grouped(HouseForm, forms.Form):
        groups = (("{{ 7|add:1 }} <b>", ["name"]),)
        name = forms.CharField()

    assert "{{ 7|add:1 }} &lt;b&gt;</legend>" in render(Grouped())


@pytest.mark.parametrize("address", PAGES)
def test_pages_hold_no_inline_style_and_no_inline_script(address):
    page = get(address)

    assert not [attrs for _, attrs in page.elements if "style" in attrs]
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert all("src" in attrs for attrs in page.all("script"))
    assert not page.all("style")


@pytest.mark.parametrize("address", PAGES)
def test_pages_have_one_heading_of_the_first_rank(address):
    assert len(get(address).all("h1")) == 1


def test_a_text_that_grows_as_it_is_kept_is_measured_again():
    """U+0958 is kept as two letters; a column has room for so many."""

    class Said(HouseForm, forms.Form):
        said = forms.CharField(max_length=4, label="What was said")

    fits, grows = Said({"said": "\u0958" * 2}), Said({"said": "\u0958" * 3})

    assert fits.is_valid()
    assert len(fits.cleaned_data["said"]) == 4
    assert not grows.is_valid()
    assert grows.errors["said"] == ["What was said must be 4 characters or fewer; as it is kept it has 6"]


def test_text_is_cleaned_but_a_password_is_left_alone():
    class Two(HouseForm, forms.Form):
        said = forms.CharField(widget=forms.Textarea)
        password = forms.CharField(strip=False, widget=forms.PasswordInput)

    form = Two({"said": " one\r\ntwo\u202e ", "password": " e\u0301 "})

    assert form.is_valid()
    assert form.cleaned_data == {"said": "one\ntwo", "password": " e\u0301 "}


def test_reasons_of_a_refusal_stand_above_the_form_and_what_was_typed_stays():
    class Named(HouseForm, forms.Form):
        name = forms.CharField()

    form = Named({"name": "Kept words"})

    html = render(form.refused(Refused("The round has closed.", "Nobody has certified it.")))

    assert "<li>The round has closed.</li>" in " ".join(html.split()).replace("> ", ">").replace(" <", "<")
    assert "Nobody has certified it." in html
    assert 'value="Kept words"' in html


# Dates


class Dated(HouseForm, forms.Form):
    starts_on = forms.DateField(label="Start of the work")


def dated(day="", month="", year=""):
    return Dated({"starts_on_day": day, "starts_on_month": month, "starts_on_year": year})


@pytest.mark.parametrize(
    ("parts", "message", "target"),
    [
        (("", "", ""), "Enter start of the work", "id_starts_on_0"),
        (("27", "3", ""), "Start of the work must include a year", "id_starts_on_2"),
        (("", "3", "2027"), "Start of the work must include a day", "id_starts_on_0"),
        (("27", "", ""), "Start of the work must include a month and a year", "id_starts_on_1"),
        (("31", "2", "2027"), "Start of the work must be a real date, like 27 3 2027", "id_starts_on_0"),
        (("27", "13", "2027"), "Start of the work must be a real date, like 27 3 2027", "id_starts_on_1"),
        (("27", "3", "27"), "Start of the work must have a year of four numbers", "id_starts_on_2"),
        (("x", "3", "2027"), "Start of the work must be a real date, like 27 3 2027", "id_starts_on_0"),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_links_to_the_part(parts, message, target):
    from beacons.core.templatetags.govuk_fields import problems

    assert problems(dated(*parts)) == [(target, message)]


@pytest.mark.parametrize("month", ["3", "03", "March", "mar"])
def test_a_date_in_parts_is_read(month):
    form = dated("27", month, "2027")

    assert form.is_valid()
    assert form.cleaned_data["starts_on"].isoformat() == "2027-03-27"


def test_a_date_in_one_piece_is_read_too():
    form = Dated({"starts_on": "2027-3-27"})

    assert form.is_valid()
    assert form.cleaned_data["starts_on"].isoformat() == "2027-03-27"


def test_parts_of_a_wrong_date_are_shown_again():
    html = render(dated("31", "2", "2027"))

    assert re.findall(r'name="starts_on_(\w+)" type="text" inputmode="numeric" value="(\d+)"', html) == [
        ("day", "31"),
        ("month", "2"),
        ("year", "2027"),
    ]


def test_a_date_left_out_of_a_script_is_told_from_an_empty_one():
    widget = DateParts()

    assert widget.value_omitted_from_data({}, {}, "starts_on")
    assert not widget.value_omitted_from_data({"starts_on_day": ""}, {}, "starts_on")


# Numbers and words


@pytest.mark.parametrize(("typed", "pounds"), [("£12,000", 12_000), ("12000", 12_000), ("12 000.00", 12_000)])
def test_pounds_are_read_however_they_are_written(typed, pounds):
    assert PoundsField().clean(typed) == pounds


def test_pence_are_refused_in_words_that_name_the_field():
    class Asked(HouseForm, forms.Form):
        asked = PoundsField(label="Grant asked for", min_value=1000)

    assert Asked({"asked": "12.50"}).errors == {"asked": ["Grant asked for must be a whole number, like 12"]}
    assert Asked({"asked": "5"}).errors == {"asked": ["Grant asked for must be 1000 or more"]}


@pytest.mark.parametrize(("count", "fits"), [(50, True), (51, False)])
def test_words_are_counted_to_the_word(count, fits):
    class Why(HouseForm, forms.Form):
        why = WordsField(words=50, label="Why?")

    form = Why({"why": "word " * count})

    assert form.is_valid() is fits
    if not fits:
        assert form.errors == {"why": ["Why?: 1 word too many, the limit is 50"]}


def test_the_counter_is_told_to_count_words():
    page = get("/form/")
    counters = [attrs for attrs in page.all("div") if attrs.get("data-module") == "govuk-character-count"]

    assert [(attrs["data-maxlength"], attrs["data-count-type"]) for attrs in counters] == [
        ("50", "words"),
        ("200", "characters"),
    ]
    assert all("maxlength" not in attrs for attrs in page.all("textarea"))


def test_fields_that_may_stay_empty_say_so():
    source = get("/form/").source

    assert "Notes (optional)" in source
    assert "Region (optional)" not in source


def test_what_was_chosen_is_shown_again():
    page = post(kind="county", helps=["visits", "pairs"], region="nw", agree="on")
    chosen = {attrs["id"] for attrs in page.all("input") if "checked" in attrs}

    assert chosen == {"id_kind_1", "id_helps_1", "id_helps_2", "id_agree"}
    assert '<option value="nw" selected>' in page.source


# A list


def test_a_filter_panel_draws_every_kind_of_filter_and_keeps_what_was_asked():
    page = get(
        "/list/?kind=county&asked_min=5&since_day=1&since_month=2&since_year=2027&quick=true&words=waste"
    )
    values = {attrs["name"]: attrs.get("value") for attrs in page.all("input") if attrs.get("name")}

    assert values == {
        "asked_min": "5",
        "asked_max": None,
        "since_day": "1",
        "since_month": "2",
        "since_year": "2027",
        "words": "waste",
    }
    assert '<option value="county" selected>' in page.source
    assert '<option value="true" selected>' in page.source


def test_pages_of_a_list_keep_the_filter():
    page = get("/list/?kind=county&page=2")
    links = [attrs["href"] for attrs in page.all("a") if attrs.get("class", "").endswith("pagination__link")]

    assert links[0] == "?page=1&kind=county"
    assert links[-1] == "?page=3&kind=county"


def test_a_list_of_one_page_needs_no_links():
    from django.core.paginator import Paginator

    source = "{% load govuk %}{% pagination page %}"
    request = Client().get("/").wsgi_request
    html = engines["django"].from_string(source).render({"page": Paginator([1, 2], 5).get_page(1)}, request)

    assert html.strip() == ""


# Rarer forms


def test_a_page_of_one_question_has_its_label_as_heading():
    class One(HouseForm, forms.Form):
        heading_field = "why"
        why = forms.CharField(label="Why now?")

    html = render(One())

    assert (
        '<h1 class="govuk-label-wrapper"><label class="govuk-label govuk-label--l" for="id_why">Why now?</label></h1>'
        in html
    )


def test_further_buttons_and_a_way_out_stand_beside_the_first():
    class Two(HouseForm, forms.Form):
        submit = "Save and certify"
        buttons = (("draft", "Save as a draft"),)
        cancel = "/desk/"
        why = forms.CharField()

    html = render(Two())

    assert re.findall(r"<button.*?>(.*?)</button>", html) == ["Save and certify", "Save as a draft"]
    assert 'name="draft" value="Save as a draft"' in html
    assert '<a class="govuk-link" href="/desk/">Cancel</a>' in html


def test_a_file_that_is_there_is_named_and_can_be_removed():
    class Held:
        url = "/files/7/"

        def __str__(self):
            return "plan <1>.pdf"

    class Planned(HouseForm, forms.Form):
        plan = forms.FileField(required=False)

    html = render(Planned(initial={"plan": Held()}))

    assert '<a class="govuk-link" href="/files/7/">plan &lt;1&gt;.pdf</a>' in html
    assert 'type="checkbox" name="plan-clear"' in html
    assert 'enctype="multipart/form-data"' in html


def test_forms_of_a_set_are_drawn_with_their_errors():
    class Partner(HouseForm, forms.Form):
        name = forms.CharField(label="Name of the partner")

    partners = forms.formset_factory(Partner, extra=2)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-name": "A charity", "form-1-name": ""}
    helper = Partner().helper
    formset = partners(data)
    html = (
        engines["django"]
        .from_string("{% load crispy_forms_tags %}{% crispy formset helper %}")
        .render({"formset": formset, "helper": helper})
    )

    assert '<a href="#id_form-1-name">Enter name of the partner</a>' in html
    assert 'value="A charity"' in html
    assert html.count("<form ") == 1
    assert html.count('name="form-TOTAL_FORMS"') == 1


def test_another_packages_form_is_drawn_without_a_word_from_it():
    class Theirs(forms.Form):
        name = forms.CharField(
            label="Name", widget=forms.TextInput(attrs={"placeholder": "Name", "class": "wide"})
        )
        note = forms.CharField(widget=forms.HiddenInput, initial="kept")

    html = render(Theirs(), "{% load crispy_forms_tags %}{{ form|crispy }}")

    assert 'class="govuk-input wide"' in html
    assert "placeholder" not in html
    assert '<input type="hidden" name="note" value="kept"' in html


class SeenForm(HouseForm, forms.Form):
    text = forms.CharField()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, initial=7)
    proposal = forms.IntegerField(widget=forms.HiddenInput, initial=2)


def test_junk_in_a_hidden_field_is_said_in_words_that_help_and_not_sent_again():
    form = SeenForm({"text": "Mine", "version": "junk", "proposal": "two"})

    assert form.errors == {
        "__all__": [
            "Part of this page was lost on its way. What you typed is still here: look through it and send it again."
        ]
    }
    assert {bound.name: bound.value() for bound in form} == {"text": "Mine", "version": "", "proposal": 2}
    again = SeenForm({bound.name: bound.value() for bound in form})
    assert again.is_valid()


def test_marks_that_nobody_sees_are_no_words():
    class Words(HouseForm, forms.Form):
        why = WordsField(words=10, label="Why?")

    assert Words({"why": "\u200b\u2060"}).errors == {"why": ["Answer “Why?”"]}
