"""Pages on which a draft is written: the task list, its sections, details and partners."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView

from beacons.applications import (
    actions,
    comments,
    contributors,
    history,
    paper,
    permissions,
    rules,
    tasklist,
    ways_on,
)
from beacons.applications.actions import Overtaken
from beacons.applications.deadline import sentence
from beacons.applications.forms.answers import answers_form
from beacons.applications.forms.details import DetailsForm
from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.applications.views.base import WholeMixin, WritingView
from beacons.core.lifecycle import Refused
from beacons.rounds import asking
from beacons.rounds.models import Criterion

# Where on a page somebody may ask to be led back to.
PLACE = re.compile(r"[a-z][a-z0-9_-]{0,60}")


class ApplicationDetail(WholeMixin, TemplateView):
    """A draft's task list; once it is handed in, withdrawn or lapsed, what it says and what became of it."""

    @cached_property
    def is_own(self) -> bool:
        return permissions.may_read(self.request.user, self.application)

    def get_template_names(self) -> list[str]:
        if self.application.is_unfinished:
            return ["applications/application_tasks.html"]
        return ["applications/application_detail.html"]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application, user, at = self.application, self.request.user, self.request.at
        entries = history.of(application, since=None if self.is_own else application.submitted_at)
        context |= {"history": entries, "is_own": self.is_own, "closing": sentence(application.closes_at, at)}
        if self.is_own:
            context["contributors"] = contributors.of(application)
        if application.is_unfinished:
            desk = tasklist.Desk(application, user, at, history.sent_back(entries))
            groups = tasklist.groups(desk)
            required, optional = tasklist.counts(groups)
            context |= {
                "groups": groups,
                "open_comments": application.open_comments.total(),
                "required": required,
                "optional": optional,
                "closed": desk.is_closed,
                "may_send_back": permissions.may_send_back(user, application) and not desk.is_closed,
                "sent_back": desk.sent_back,
            }
        else:
            if application.round.endorsements_least:
                prefetch_related_objects([application], "endorsements__endorsed_by")
            context |= {
                "has_comments": self.is_own and application.comments.exists(),
                "ways_on": ways_on.of(application, user, at) if self.is_own else [],
                "reopening": rules.reasons_not_to_reopen(application, at=at)
                if application.status == Status.WITHDRAWN
                else [],
                "withdrawing": rules.reasons_not_to_withdraw(application, at=at),
                "submissions": application.submissions.select_related("submitted_by") if self.is_own else [],
                "may_check": permissions.may_check(user),
                "may_withdraw": permissions.may_edit(user, application),
                "unendorsed": rules.reasons_not_endorsed(application),
                "checking": rules.reasons_not_to_check(application, at=at),
            }
        return super().get_context_data(**context)


class OpenedView(WritingView):
    """A form that its page's script saves while somebody types, unless it shows something to be decided first."""

    autosave_name = ""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if self.request.method != "POST":
            form.autosave_url = reverse(self.autosave_name, kwargs=self.kwargs)
            form.person = str(self.request.user.pk)
        return form


class SectionEdit(OpenedView):
    """One section's questions. Two people may write at once: the second is shown both texts."""

    template_name = "applications/section_edit.html"
    autosave_name = "section_autosave"
    loading = "for_section"

    @cached_property
    def section(self) -> paper.Section:
        number = self.kwargs["number"]
        section = next((section for section in self.application.sections if section.number == number), None)
        if section is None:
            raise Http404
        return section

    @property
    def minutes(self) -> int:  # type: ignore[override]
        """As the questions' own page counts it, for those that this section asks."""
        return asking.minutes(item.question for item in self.section.asked)

    @cached_property
    def talks(self) -> list[comments.Talk]:
        return comments.talk_about(self.application, self.section)

    def get_form_class(self) -> Any:
        return answers_form(self.section, self.application.carried_reference or "")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "section": self.section,
            "reference": self.application.reference,
            "comments": {talk.item.question.pk: len(talk.open) for talk in self.talks if talk.item},
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        left = rules.reasons_answers(self.application, self.section.number) if self.section.answered else []
        return super().get_context_data(
            section=self.section,
            talks=self.talks,
            comment_form=None,
            comments_url=reverse("application_comments", args=[self.application.reference]),
            may_comment=not rules.reasons_not_to_comment(self.application, at=self.request.at),
            left=left,
            asks_for_figures=self.asks_for_figures(),
            closing=sentence(self.application.closes_at, self.request.at),
            **context,
        )

    def asks_for_figures(self) -> bool:
        """Does a question here count for the outcomes, which figures show best?"""
        counted = [item.question.criterion for item in self.section.on_the_page]
        return any(criterion and criterion.key == Criterion.Key.OUTCOMES for criterion in counted)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            actions.save_answers(
                self.application,
                form.answers(),
                by=self.request.user,
                at=self.request.at,
                page=form.opened(),
            )
        except Overtaken as refusal:
            return self.form_invalid(form.overtaken(refusal))
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        tell_what_is_left(self.request, form.faults())
        return saved(self.request, self.application, "section_edit", self.section.number)


class ApplicationDetails(OpenedView):
    """Title, summary and lead officer."""

    minutes = 20

    template_name = "applications/application_details.html"
    autosave_name = "details_autosave"
    loading = "for_details"
    form_class = DetailsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "application": self.application}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application = self.application
        left = rules.reasons_details(application) if application.summary else []
        return super().get_context_data(
            left=left, closing=sentence(application.closes_at, self.request.at), **context
        )

    def form_valid(self, form: DetailsForm) -> HttpResponse:
        try:
            actions.save_details(self.application, **form.details(), by=self.request.user, at=self.request.at)
        except Overtaken as refusal:
            facts = self.get_context_data(form=form.overtaken(refusal), other=refusal.details)
            return self.render_to_response(facts)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        return saved(self.request, self.application, "application_details")


def tell_what_is_left(request: HttpRequest, faults: Iterable[str]) -> None:
    """What was saved, and cannot be certified like this."""
    if found := list(faults):
        words = ["Kept as you typed it. To be put right before it is certified:", *found]
        messages.warning(request, "\n".join(words))


def saved(request: HttpRequest, application: Application, page: str, *arguments: Any) -> HttpResponse:
    """Back to the task list, or to the same page if that is what was asked for.

    The message says of which page all was saved, so that its script keeps nothing of it any longer.
    """
    messages.success(request, "Saved.", extra_tags=request.POST.get("page", "")[:32])
    if not ("stay" in request.POST or "row" in request.POST):
        return redirect(application)
    # A further row was asked for: the page opens again at it.
    place = PLACE.fullmatch(request.POST.get("row", ""))
    address = reverse(page, args=[application.reference, *arguments])
    return redirect(f"{address}#{place[0]}" if place else address)
