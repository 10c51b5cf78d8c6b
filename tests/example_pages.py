"""A page with one of everything, so that the look can be tested before and apart from the rooms. Not in the product."""

from datetime import UTC, date, datetime, timedelta

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from beacons.core import charts
from beacons.core.forms import HouseFilterSet, HouseForm, PoundsField, WordsField
from beacons.core.widgets import Radios, UnitInput

KINDS = [("unitary", "Unitary council"), ("county", "County council"), ("district", "District council")]


class BidForm(HouseForm, forms.Form):
    """Every widget the house has."""

    submit = "Save and continue"
    cancel = "/"
    groups = (("The bid", ["title", "asked", "share", "why", "notes"]),)

    title = forms.CharField(
        max_length=60, label="Title <b>of the bid</b>", help_text="Plain words & <i>short</i>."
    )
    asked = PoundsField(label="Grant asked for", help_text="Whole pounds.", min_value=1000)
    share = forms.DecimalField(label="Share paid by your council", widget=UnitInput("%"), required=False)
    why = WordsField(words=50, label="Why should your council be a beacon?", help_text="Up to 50 words.")
    notes = forms.CharField(max_length=200, widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(
        choices=KINDS, label="Kind of council", widget=Radios(hints={"county": "The upper of <two> tiers."})
    )
    helps = forms.MultipleChoiceField(
        choices=[("days", "Open days"), ("visits", "Visits"), ("pairs", "Mentoring")], label="How you will help others",
        widget=forms.CheckboxSelectMultiple, help_text="Select all that apply.",
    )  # fmt: skip
    region = forms.ChoiceField(choices=[("", "Choose a region"), ("nw", "North West")], label="Region")
    starts_on = forms.DateField(label="Start of the work", help_text="For example, 27 3 2027.")
    opens_at = forms.TimeField(label="Opening time", required=False)
    people = forms.IntegerField(label="People taking part", min_value=1, required=False)
    plan = forms.FileField(label="Project plan", help_text="PDF, up to 10 MB.")
    contact = forms.EmailField(label="Email address of your lead officer")
    secret = forms.CharField(label="Password", widget=forms.PasswordInput, required=False)
    agree = forms.BooleanField(label="We will share what we learn")


class BidFilter(HouseFilterSet):
    kind = django_filters.ChoiceFilter(choices=KINDS, label="Kind of council", empty_label="All kinds")
    asked = django_filters.RangeFilter(label="Grant asked for")
    since = django_filters.DateFilter(label="Sent since")
    quick = django_filters.BooleanFilter(label="Quick win")
    words = django_filters.CharFilter(label="Words in the title")


class Bid:
    def __init__(self, number, status, word):
        self.reference = f"B-{number:04d}"
        self.council = ("Wigan", "Telford and Wrekin", "Kingston upon Hull, City of")[number % 3]
        self.asked = 25_000 + 1_250 * number
        self.status = status
        self.word = word
        self.closes = datetime(2027, 3, 26, 12, tzinfo=UTC)

    def get_status_display(self):
        return self.word


BIDS = [
    Bid(number, *(("draft", "Draft"), ("submitted", "Submitted"), ("declined", "Declined"))[number % 3])
    for number in range(1, 45)
]


class NoRows:
    """Stands where a queryset would, for a filter whose panel alone is looked at."""

    model = None

    def all(self):
        return self


def items(request):
    return [
        ("Home", "/", request.path == "/"),
        ("Outcomes", "/parts/", request.path == "/parts/"),
        ("Apply", "/form/", request.path == "/form/"),
        ("Results", "/list/", request.path == "/list/"),
        ("Practice library", "/empty/", False),
        ("Events", "/events/", False),
    ]


def page(request, source, **facts):
    facts.setdefault("user", getattr(request, "user", AnonymousUser()))
    return HttpResponse(engines["django"].from_string(source).render(facts, request))


def form_page(request):
    form = BidForm(request.POST, request.FILES) if request.method == "POST" else BidForm()
    if form.is_valid():
        messages.success(request, "Bid saved.")
    return page(request, FORM, form=form)


def list_page(request):
    filterset = BidFilter(request.GET or None, queryset=NoRows(), request=request)
    return page(
        request, LIST, filter=filterset, page_obj=Paginator(BIDS, 5).get_page(request.GET.get("page"))
    )


def parts_page(request):
    messages.success(request, "Your sign-up is confirmed.")
    messages.error(request, "The round has closed.\nAsk the scheme manager.")
    return page(
        request,
        PARTS,
        bid=BIDS[0],
        started=date(2027, 3, 5),
        nothing=None,
        closes=datetime(2027, 3, 26, 12, tzinfo=UTC),
    )


FORM = """{% extends "base.html" %}{% load crispy_forms_tags govuk %}
{% block title %}Your bid{% endblock %}
{% block before_content %}{% back_link "/" "Back to your council's desk" %}{% endblock %}
{% block content %}<h1 class="govuk-heading-l">Your bid</h1>{% crispy form %}{% endblock %}"""

LIST = """{% extends "base.html" %}{% load govuk %}
{% block title %}Bids{% endblock %}
{% block before_content %}{% breadcrumbs "Home" "/" "Bids" %}{% endblock %}
{% block content %}<h1 class="govuk-heading-l">Bids</h1>
{% filter_panel filter %}
{% table "Bids in this round" %}
<thead class="govuk-table__head"><tr class="govuk-table__row"><th scope="col" class="govuk-table__header">Reference</th>
<th scope="col" class="govuk-table__header">Council</th><th scope="col" class="govuk-table__header">Closes</th>
<th scope="col" class="govuk-table__header govuk-table__header--numeric">Asked for</th>
<th scope="col" class="govuk-table__header">Status</th></tr></thead>
<tbody class="govuk-table__body">{% for bid in page_obj %}<tr class="govuk-table__row">
<th scope="row" class="govuk-table__header"><a class="govuk-link" href="/parts/">{{ bid.reference }}</a></th>
<td class="govuk-table__cell">{{ bid.council }}</td><td class="govuk-table__cell">{{ bid.closes|moment }}</td>
<td class="govuk-table__cell govuk-table__cell--numeric">{{ bid.asked|pounds }}</td>
<td class="govuk-table__cell">{% status_tag bid %}</td></tr>{% endfor %}</tbody>{% endtable %}
{% pagination page_obj %}{% endblock %}"""

PARTS = """{% extends "base.html" %}{% load govuk %}
{% block title %}Parts{% endblock %}
{% block before_content %}{% back_link "/" %}{% endblock %}
{% block content %}
<h1 class="govuk-heading-xl">Reducing worklessness</h1>
<p class="govuk-body-l">Sixty-four councils have signed up to this outcome.</p>
{% figures %}{% figure 64 "councils signed up" %}{% figure "£1.2m" "in the pot" %}{% figure 12 "days to the closing" %}{% endfigures %}
{% summary "The bid" %}{% row "Council" bid.council %}{% row "Grant asked for" bid.asked|pounds change="/form/" %}{% row "Started" started|day %}{% row "Closes" closes|moment %}{% row "Nothing" nothing|pounds %}{% endsummary %}
<h2 class="govuk-heading-m">What is to be done</h2>
{% task_list %}{% task "Answer the questions" "/form/" "Completed" %}{% task "Name your partners" "/form/" "Not yet started" hint="If others help you deliver." %}{% task "Certify" "" "Cannot start yet" %}{% endtask_list %}
{% act "/form/" "Submit the bid" %} {% act "/form/" "Withdraw" style="warning" %}
{% act "/form/" "Certify" reasons=bid.reasons|default:"x" %}
{% button "/form/" "Start now" start=True %}
{% inset %}<p class="govuk-body">Two bodies decide together.</p>{% endinset %}
{% warning %}After noon nothing can be sent.{% endwarning %}
{% details "How marks work" %}<p class="govuk-body">From 0 to 5, with a reason.</p>{% enddetails %}
{% empty "No bids yet" %}<p class="govuk-body">They appear here when a council starts one.</p>{% endempty %}
{% tag "Open" "green" %} {% status_tag bid %}
{% endblock %}"""

CONFIRMATION = """{% extends "base.html" %}{% load govuk %}{% block title %}Sent{% endblock %}
{% block content %}{% panel "Bid submitted" %}Your reference<br><strong>B-0001</strong>{% endpanel %}{% endblock %}"""


HOME = """{% extends "base.html" %}{% load govuk %}{% block title %}Home{% endblock %}
{% block hero %}{% hero "Councils that do it best, helping those that need it" %}
<p class="app-hero__lead">One round, one joint panel, one grant: from the outcome to the changed service within a year.</p>
{% button "/form/" "Apply in this round" start=True %}{% endhero %}{% endblock %}
{% block content %}
<h2 class="govuk-heading-l">Where the round stands</h2>
{% figures %}{% figure 143 "day of 365" %}{% figure 3 "outcomes" %}{% figure 101 "bids" %}{% figure "64" "councils signed up" %}{% endfigures %}
{% chart year %}
<h2 class="govuk-heading-l">This year's outcomes</h2>
{% cards %}{% card "Fewer people out of work" "/parts/" note="64 councils" %}Working-age people on out-of-work benefits.{% endcard %}
{% card "Less waste to landfill" "/parts/" note="41 councils" %}Household waste sent for reuse, recycling and composting.{% endcard %}
{% card "Safer streets" "/parts/" note="38 councils" %}Serious violent crime.{% endcard %}{% endcards %}
{% endblock %}"""

CHARTS = """{% extends "base.html" %}{% load govuk %}{% block title %}Charts{% endblock %}
{% block content %}<h1 class="govuk-heading-l">Charts</h1>{% for one in drawn %}{% chart one %}{% endfor %}{% endblock %}"""

STAGES = [
    ("Cohort confirms and states issues", 21), ("Criteria", 14), ("Applications", 28), ("Check", 7), ("Scoring", 21),
    ("Shortlist", 7), ("Verify", 21), ("Decision", 7), ("Agreement", 14), ("Develop", 56), ("Spread and support", 130),
    ("Close", 29),
]  # fmt: skip


def year():
    spans, day = [], date(2027, 4, 6)
    for name, days in STAGES:
        spans.append(charts.Span(name, day, day + timedelta(days=days)))
        day += timedelta(days=days)
    return charts.timeline("The year of the round", spans, today=date(2027, 8, 10), limit=date(2028, 4, 5))


def home_page(request):
    return page(request, HOME, year=year())


def charts_page(request):
    england = [(f"Council {number}", 8 + (number * 7919 % 1000) / 90) for number in range(320)]
    drawn = [
        charts.spread(
            "Working-age people on out-of-work benefits, 2009",
            unit="%", better="lower", own=("Wigan", 14.2), reference=("England", 12.1),
            groups=[("Councils signed up", england[:64]), ("All councils of England", england)],
        ),
        charts.bars(
            "Ranking by weighted mean",
            [
                charts.Bar(f"B-{number:04d} {name}", 4.6 - number * 0.21, 4.3 - number * 0.21, 4.9 - number * 0.21,
                           marked=name == "Wigan")
                for number, name in enumerate(
                    ["Telford and Wrekin", "Wigan", "Leeds", "Kingston upon Hull, City of", "Derby", "Torbay"]
                )
            ],
            cut=3,
        ),
        charts.bars(
            "Authorities helped", [charts.Bar("Open days", 41), charts.Bar("Visits", 18), charts.Bar("Mentoring", 7)]
        ),
        charts.lines(
            "Household waste recycled",
            [
                ("Wigan", [("2019", 41.0), ("2020", 43.5), ("2021", 47.0), ("2022", 50.1)]),
                ("England", [("2019", 43.5), ("2020", 42.3), ("2021", 42.1), ("2022", 43.4)]),
                ("Neighbours", [("2020", 42.0), ("2021", 42.9), ("2022", 43.0)]),
            ],
            unit="%",
        ),
        charts.trend(
            "Conceptions below the age of 18",
            ("Wigan", [charts.Step(2019, "2019", 19.5), charts.Step(2020, "2020", 14.7), charts.Step(2022, "2022", 12.9)]),
            ("The middle of the other metropolitan boroughs", [charts.Step(2019, "2019", 12.4), charts.Step(2022, "2022", 9.2)]),
            unit="per 1,000 aged 15 to 17",
            better="lower",
        ),
    ]  # fmt: skip
    return page(request, CHARTS, drawn=drawn)


def sent_page(request):
    return page(request, CONFIRMATION)


urlpatterns = [
    path("", home_page),
    path("charts/", charts_page),
    path("form/", form_page),
    path("list/", list_page),
    path("parts/", parts_page),
    path("sent/", sent_page),
    path("accounts/", include("allauth.urls")),
]
