"""What colleagues say beside the answers. Nobody but the people of the lead authority ever comes here."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from beacons.applications import actions, comments, permissions, rules
from beacons.applications.forms.comments import CommentForm
from beacons.applications.models import Application, Comment
from beacons.applications.views.base import OwnApplicationMixin, application_for
from beacons.core import text
from beacons.core.lifecycle import Refused
from beacons.core.views import too_late


class ApplicationComments(OwnApplicationMixin, FormView):
    """All comments on an application. Every comment form of every page is sent here."""

    template_name = "applications/application_comments.html"
    form_class = CommentForm
    loading = "for_section"

    def closed(self) -> list[str]:
        return rules.reasons_not_to_comment(self.application, at=self.request.at)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reasons := self.closed():
            return self.too_late(reasons)
        return super().post(request, *args, **kwargs)

    def too_late(self, reasons: list[str]) -> HttpResponse:
        """The page has no box any more that could hold what was typed."""
        address = reverse("application_comments", args=[self.application.reference])
        return too_late(self.request, reasons, back=address)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "questions": self.application.round.questions.all(),
            "remarks": self.application.comments.remarks(),
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        talks = comments.talk_about(self.application, *self.application.sections, whole=True)
        open_ones = sum(len(talk.open) for talk in talks)
        return super().get_context_data(
            talks=[talk for talk in talks if talk.item is None or not talk.is_empty or self.stays_at(talk)],
            open_ones=open_ones,
            settled_ones=sum(len(talk.settled) for talk in talks),
            closed=self.closed(),
            may_comment=not self.closed(),
            may_write=not rules.reasons_not_to_edit(self.application, at=self.request.at),
            section=None,
            comments_url=reverse("application_comments", args=[self.application.reference]),
            **{"comment_form": context.get("form"), **context},
        )

    def stays_at(self, talk: comments.Talk) -> bool:
        """Was what could not be taken meant for this place?"""
        return self.request.method == "POST" and self.request.POST.get("question") == talk.place[1:]

    def form_valid(self, form: CommentForm) -> HttpResponse:
        typed, who = form.cleaned_data, {"by": self.request.user, "at": self.request.at}
        try:
            if typed["thread"] is not None:
                comment = actions.answer_comment(typed["thread"], words=typed["text"], **who)
            else:
                comment = actions.write_comment(
                    self.application, question=typed["question"], words=typed["text"], **who
                )
        except Refused as refusal:
            if typed["thread"] is not None:
                return self.too_late(refusal.reasons)
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "Your colleagues can read your comment.")
        return back(self.request, self.application, comment)


def back(request: HttpRequest, application: Application, comment: Comment) -> HttpResponse:
    """To the place of the talk: on the section's page if one came from there, else on the page of all comments."""
    section = text.whole(request.POST.get("section", ""))
    place = comments.place_of(comment.question_id)
    if section and any(each.number == section for each in application.sections):
        return redirect(f"{reverse('section_edit', args=[application.reference, section])}#talk-{place}")
    return redirect(f"{reverse('application_comments', args=[application.reference])}#talk-{place}")


def act_on(request: HttpRequest, reference: str, pk: int, act: Any, done: str) -> HttpResponse:
    application = application_for(request, reference)
    if not permissions.may_edit(request.user, application):
        raise PermissionDenied
    remark = get_object_or_404(application.comments.remarks(), pk=pk)
    try:
        act(remark, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return back(request, application, remark)


@login_required
@require_POST
def comment_settle(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return act_on(request, reference, pk, actions.settle_comment, "Settled.")


@login_required
@require_POST
def comment_reopen(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return act_on(request, reference, pk, actions.reopen_comment, "Reopened.")
