"""Components for pages: `{% load govuk %}`.

A list page:

    {% filter_panel filter %}
    {% table "Applications in this round" %}
      <thead class="govuk-table__head"><tr class="govuk-table__row">
        <th scope="col" class="govuk-table__header">Reference</th>
        <th scope="col" class="govuk-table__header govuk-table__header--numeric">Asked for</th>
        <th scope="col" class="govuk-table__header">Status</th></tr></thead>
      <tbody class="govuk-table__body">
        {% for application in page_obj %}
          <tr class="govuk-table__row">
            <th scope="row" class="govuk-table__header"><a class="govuk-link" href="{{ application.get_absolute_url }}">{{ application.reference }}</a></th>
            <td class="govuk-table__cell govuk-table__cell--numeric">{{ application.asked|pounds }}</td>
            <td class="govuk-table__cell">{% status_tag application %}</td></tr>
        {% endfor %}
      </tbody>
    {% endtable %}
    {% pagination page_obj %}
    or {% empty "No applications yet" %}<p class="govuk-body">They appear here when ...</p>{% endempty %}

Facts, a task list, an act:

    {% summary %}
      {% row "Council" application.authority %}
      {% row "Asked for" application.asked|pounds change=edit_url %}
    {% endsummary %}
    {% task_list %}
      {% task "Answer the questions" questions_url "Completed" %}
      {% task "Name your partners" partners_url "Not yet started" hint="If others help you deliver." %}
      {% task "Certify" "" "Cannot start yet" %}
    {% endtask_list %}
    {% act submit_url "Submit the application" reasons=reasons_not_to_submit %}

`act` is a POST form with one button; when it is given reasons it shows those instead of the button. Also:
`{% tag "Open" "green" %}`, `{% panel "Application submitted" %}Reference <strong>..</strong>{% endpanel %}`,
`{% inset %}..{% endinset %}`, `{% warning %}..{% endwarning %}`, `{% details "How marks work" %}..{% enddetails %}`,
`{% back_link url %}`, `{% takes 10 %}` (how long the form below it takes, in minutes), `{% breadcrumbs "Outcomes" outcomes_url "NI 117" %}`, `{% button url "Start" start=True %}`,
`{% figures %}{% figure "64" "councils signed up" %}{% endfigures %}`, `{% chart drawn %}` (beacons/core/charts), `{% hexmap drawn "list" %}` (beacons/core/hexmaps.py),
`{% cards %}{% card "Title" url note="Open" %}words{% endcard %}{% endcards %}`, and in the block `hero`
`{% hero "Title" %}<p class="app-hero__lead">..</p>{% button url "Start" start=True %}{% endhero %}`.
Filters: `pounds` (£12,000), `day` (27 March 2027), `moment` (noon on 27 March 2027, in London), `hour` (10:32am), `dash` (– for nothing).
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from beacons.core import burden, workdays

register = template.Library()

LONDON = ZoneInfo("Europe/London")

# What a status looks like, so that the same word has the same colour on every page. A model may say otherwise
# by an attribute `status_colour`.
COLOURS = {
    "green": "eligible accepted agreed active published awarded paid confirmed changed figures_moved approved lodged"
    " submitted announced completed open attended matched signed reconciled",
    "blue": "draft drafted assigned scored moderated shortlisted verified proposed planned in_progress developed",
    "turquoise": "certified offered reviewed considering booked reserved prepared",
    "yellow": "due due_for_review waiting pending sent_back reopened",
    "red": "ineligible declined refused lapsed stopped overdue recovering not_shortlisted failed",
    "grey": "withdrawn closed retired given_up cancelled not_started cannot_start",
}
COLOUR_OF = {word: colour for colour, words in COLOURS.items() for word in words.split()}


# Small things


@register.simple_tag
def tag(text: Any, colour: str = "grey") -> SafeString:
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, text)


@register.simple_tag
def status_tag(thing: Any) -> SafeString:
    """The status of any object that has `status` and `get_status_display`."""
    colour = getattr(thing, "status_colour", "") or COLOUR_OF.get(str(thing.status), "grey")
    return tag(thing.get_status_display(), colour)


@register.simple_tag
def takes(minutes: int) -> SafeString:
    """How long the form below takes, in words. Every form that a council fills in says it."""
    return format_html('<p class="govuk-body-s app-takes">Takes {}.</p>', burden.about(minutes))


@register.simple_tag
def back_link(url: str, text: str = "Back") -> SafeString:
    return format_html('<nav aria-label="Back"><a href="{}" class="govuk-back-link">{}</a></nav>', url, text)


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: Any) -> dict[str, Any]:
    """Text and address in turn; a last text without an address is the page itself."""
    pairs = [
        (parts[index], parts[index + 1] if index + 1 < len(parts) else "")
        for index in range(0, len(parts), 2)
    ]
    return {"crumbs": pairs}


@register.inclusion_tag("components/button.html")
def button(url: str, text: str, *, style: str = "", start: bool = False) -> dict[str, Any]:
    """A link that looks like a button: for going somewhere, never for changing anything."""
    return {"url": url, "text": text, "style": style, "start": start}


@register.inclusion_tag("components/act.html", takes_context=True)
def act(
    context: Context,
    url: str,
    text: str,
    *,
    reasons: Any = (),
    style: str = "",
    name: str = "",
    value: str = "",
) -> dict[str, Any]:
    """A POST with one button; with reasons against it, the reasons instead."""
    return {
        "url": url,
        "text": text,
        "reasons": list(reasons or ()),
        "style": style,
        "name": name,
        "value": value,
        "csrf_token": context.get("csrf_token"),
    }


# Things with something inside


@register.simple_block_tag
def inset(content: str) -> SafeString:
    return format_html('<div class="govuk-inset-text">{}</div>', content)


@register.simple_block_tag
def warning(content: str) -> SafeString:
    return block("components/warning.html", content=content)


@register.simple_block_tag
def details(content: str, summary: str) -> SafeString:
    return block("components/details.html", content=content, summary=summary)


@register.simple_block_tag
def panel(content: str, title: str) -> SafeString:
    return block("components/panel.html", content=content, title=title)


@register.simple_block_tag
def empty(content: str, title: str) -> SafeString:
    return block("components/empty.html", content=content, title=title)


@register.simple_block_tag
def summary(content: str, title: str = "") -> SafeString:
    return block("components/summary_list.html", content=content, title=title)


@register.inclusion_tag("components/summary_row.html")
def row(key: Any, value: Any, change: str = "", action: str = "Change") -> dict[str, Any]:
    """A fact; `change` is the address where it is changed."""
    return {"key": key, "value": value, "change": change, "action": action}


@register.simple_block_tag
def task_list(content: str) -> SafeString:
    return format_html('<ul class="govuk-task-list">{}</ul>', content)


TASK_COLOURS = {
    "completed": "",
    "done": "",
    "cannot start yet": "cannot",
    "there is a problem": "red",
    "sent back": "yellow",
}


@register.inclusion_tag("components/task.html")
def task(name: str, url: str, status: str, hint: str = "") -> dict[str, Any]:
    """What is to be done, and how far it is. 'Completed' is plain text: only what is left should stand out."""
    colour = TASK_COLOURS.get(status.lower(), "blue")
    return {
        "name": name,
        "url": url,
        "status": status,
        "hint": hint,
        "colour": colour,
        "id": slugify(f"task {name}"),
    }


@register.simple_block_tag(takes_context=True)
def table(context: Context, content: str, caption: str, size: str = "m", small: bool = False) -> SafeString:
    """Rows with a caption; what is too wide scrolls inside a region that the keyboard reaches."""
    count: int = (context.render_context.get("tables") or 0) + 1
    context.render_context["tables"] = count
    return block(
        "components/table.html",
        content=content,
        caption=caption,
        size=size,
        small=small,
        id=f"table-{count}-{slugify(caption)[:40]}",
    )


@register.simple_block_tag
def figures(content: str) -> SafeString:
    return format_html('<dl class="app-figures">{}</dl>', content)


@register.simple_tag
def figure(number: Any, label: str) -> SafeString:
    """A number that matters, large, with what it counts."""
    return format_html(
        '<div class="app-figures__item"><dt class="app-figures__label">{}</dt>'
        '<dd class="app-figures__number">{}</dd></div>',
        label,
        number,
    )


@register.simple_block_tag
def hero(content: str, title: str) -> SafeString:
    """The band at the top of the first page, with the page's h1; goes into the block `hero`."""
    return block("components/hero.html", content=content, title=title)


@register.simple_block_tag
def cards(content: str) -> SafeString:
    return format_html('<ul class="app-cards">{}</ul>', content)


@register.simple_block_tag
def card(content: str, title: str, url: str = "", note: str = "") -> SafeString:
    """One of several ways on: a linked title, a few words, and a small note above it."""
    return block("components/card.html", content=content, title=title, url=url, note=note)


@register.simple_tag
def chart(drawn: Any) -> SafeString:
    """A picture and the table that says the same."""
    return block("components/chart.html", chart=drawn, svg=SafeString(drawn.svg))


@register.simple_tag
def hexmap(drawn: Any, after: str = "", query: str = "") -> SafeString:
    """A map of hexagons (beacons/core/hexmaps.py) with its key; `after` is the id of the list beyond its links.

    With a `query` the key leads to a list of one mark's councils.
    """
    return block("components/hexmap.html", map=drawn, svg=SafeString(drawn.svg), after=after, query=query)


@register.inclusion_tag("components/filter_panel.html", takes_context=True)
def filter_panel(context: Context, filterset: Any, title: str = "Filter") -> dict[str, Any]:
    """The form of a FilterSet (or a GET form of its own), open beside what it filters."""
    form = filterset if isinstance(filterset, BaseForm) else filterset.form
    request = context.get("request")
    return {"form": form, "title": title, "path": request.path if request else "", "used": filters_used(form)}


def filters_used(form: BaseForm) -> bool:
    return form.is_bound and any(form.data.get(field.html_name) for field in form)


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any, name: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list; what was filtered stays filtered."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    rest = f"&{query.urlencode()}" if query else ""
    numbers = []
    if page.paginator.num_pages > 1:
        numbers = [
            number if isinstance(number, int) else None
            for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ]
    return {"page": page, "numbers": numbers, "rest": rest, "name": name}


# Filters


@register.filter
def pounds(amount: Any) -> str:
    return "–" if amount is None or amount == "" else f"{'-' if amount < 0 else ''}£{abs(amount):,.0f}"


@register.filter
def day(value: date | None) -> str:
    """27 March 2027."""
    if value is None:
        return "–"
    local = value.astimezone(LONDON) if isinstance(value, datetime) else value
    return f"{local.day} {local:%B %Y}"


@register.filter
def moment(value: datetime | None) -> str:
    """Noon on 27 March 2027; the time is London's."""
    if value is None:
        return "–"
    local = value.astimezone(LONDON)
    return f"{hour(value)} on {local.day} {local:%B %Y}"


@register.filter
def time_left(value: datetime, at: datetime) -> str:
    """In 11 days, tomorrow, in 2 hours: how far off a deadline is."""
    return workdays.time_left(value, at)


@register.filter
def hour(value: datetime) -> str:
    """10:32am; the time is London's."""
    local = value.astimezone(LONDON)
    if local.minute == 0 and local.hour in (0, 12):
        return "noon" if local.hour == 12 else "midnight"
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}".replace(":00", "")


@register.filter
def second(value: datetime | None) -> str:
    """27 March 2027, 11:59:58 (London): for proof of when something came."""
    if value is None:
        return "–"
    local = value.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M:%S} (London)"


@register.filter
def dash(value: Any) -> Any:
    return "–" if value is None or value == "" else value


# The frame


@register.simple_tag
def demonstration() -> bool:
    """Are these invented people, bids and marks? Asked of the settings, so that error pages know it too."""
    return getattr(settings, "DEMONSTRATION", False)


@register.simple_tag
def office_email() -> str:
    """Whom people write to when something went wrong."""
    return str(settings.OFFICE_EMAIL)


def block(name: str, **facts: Any) -> SafeString:
    return render_to_string(name, facts)
