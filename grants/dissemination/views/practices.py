"""The library: what is in it, one entry, how it is written, and what the office does with it."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView
from django_filters.views import FilterView

from beacons.applications import permissions as applying
from beacons.applications.models import Application
from beacons.core.lifecycle import Refused
from beacons.core.views import PER_PAGE
from beacons.core.workdays import day_in_london
from grants.dissemination import actions, near_misses, permissions, rules, timetable
from grants.dissemination.filters import PracticeFilter
from grants.dissemination.forms import OfferForm, PracticeForm, ReviewDateForm
from grants.dissemination.models import Activity, Adoption, Practice
from grants.dissemination.statuses import PRACTICE, PracticeStatus
from grants.dissemination.views.base import (
    ActView,
    Guarded,
    WhyView,
    known_grant,
    known_practice,
    said_at,
)
from grants.models import Grant

# Beyond this an entry says how many more there are.
MOST_ADOPTERS = 100
USUAL_MONTHS_TO_REVIEW = 24


class PracticeList(FilterView):
    """The public library, by title; above it a council finds what it is still writing."""

    template_name = "dissemination/practice_list.html"
    filterset_class = PracticeFilter
    paginate_by = PER_PAGE

    def get_queryset(self) -> Any:
        known = Practice.objects.visible_to(self.request.user, self.request.at)
        return known.in_library().for_list().order_by("title", "pk")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user = self.request.user
        councils = permissions.councils_of(user)
        mine = (
            Practice.objects.unpublished().written_by(user)
            if user.is_authenticated
            else Practice.objects.none()
        )
        reviews = permissions.reviews_practices(user)
        return super().get_context_data(
            drafts=mine.order_by("title", "pk")[:10],
            acts_for_council=bool(councils),
            may_review=reviews,
            waiting=Practice.objects.for_the_office().count() if reviews else 0,
            **context,
        )


class PracticeDetail(DetailView):
    """One entry: everybody reads it, councils take it up, its author and the office see what comes next."""

    template_name = "dissemination/practice_detail.html"

    def get_queryset(self) -> Any:
        return Practice.objects.visible_to(self.request.user, self.request.at).for_detail()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        practice, user, at = self.object, self.request.user, self.request.at
        is_author = permissions.may_write(user, practice)
        adoptions = (
            Adoption.objects.visible_to(user, at)
            .filter(practice=practice)
            .select_related("authority__region")
        )
        shown = list(adoptions.order_by("authority__name", "pk")[: MOST_ADOPTERS + 1])
        for adoption in shown:
            adoption.practice = practice
        councils = [one for one in permissions.councils_of(user) if one.pk != practice.authority_id]
        own = list(practice.adoptions.filter(authority__in=councils).select_related("authority"))
        recorded = {adoption.authority_id for adoption in own}
        return super().get_context_data(
            adopters=[(one, permissions.may_read_note(user, one)) for one in shown[:MOST_ADOPTERS]],
            more_adopters=len(shown) > MOST_ADOPTERS,
            own=own,
            may_adopt=practice.is_in_library and any(one.pk not in recorded for one in councils),
            may_see_contact=permissions.may_see_contact(user),
            activities=Activity.objects.not_over(at).filter(grant=practice.grant_id).for_list()[:5],
            next_steps=next_steps(practice, user, at=at),
            is_author=is_author,
            developing=rules.reasons_incomplete(practice),
            returned=self.returned(is_author),
            retired=said_at(practice, "retire") if practice.is_retired else None,
            **context,
        )

    def returned(self, is_author: bool) -> Any:
        """Why the office gave it back, as long as it has not been handed in again."""
        practice = self.object
        if practice.status != PracticeStatus.DRAFTED or not (
            is_author or permissions.may_review(self.request.user, practice)
        ):
            return None
        return said_at(practice, "return_to_author")


def next_steps(practice: Practice, user: Any, *, at: datetime) -> dict[str, bool]:
    """What this person can do with the entry now, named as its template names the buttons."""
    reviews, publishes = permissions.may_review(user, practice), permissions.may_publish(user, practice)
    writes = permissions.may_write(user, practice)
    return {
        "edit": writes and not rules.reasons_not_to_edit(practice),
        "develop": writes and PRACTICE.may(practice, "develop"),
        "review": reviews and PRACTICE.may(practice, "review"),
        "send_back": reviews and PRACTICE.may(practice, "return_to_author"),
        "publish": publishes and PRACTICE.may(practice, "publish"),
        "renew": publishes and PRACTICE.may(practice, "renew"),
        "retire": publishes and PRACTICE.may(practice, "retire"),
    }


class PracticeCreate(ActView):
    """A holder begins an entry for what won the grant."""

    template_name = "dissemination/practice_form.html"
    form_class = PracticeForm
    done = "Saved. Only your council and the scheme’s office see it until it is published."

    @cached_property
    def grant(self) -> Grant:
        return known_grant(self.request, self.kwargs["reference"])

    def may(self) -> bool:
        return permissions.may_plan(self.request.user, self.grant)

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_draft_practice(self.grant, at=self.request.at)

    def back(self) -> Any:
        return getattr(self, "practice", None) or reverse("spreading_detail", args=[self.grant.reference])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel": self.back()}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(grant=self.grant, **context)

    def act(self, form: PracticeForm, *, by: Any, at: datetime) -> None:
        self.practice = actions.draft_practice(self.grant, **form.facts(), by=by, at=at)


class PracticeOffer(ActView):
    """A council whose application won nothing offers what it does all the same, in the words it has written already."""

    template_name = "dissemination/practice_offer.html"
    form_class = OfferForm
    done = "Made from your application. Change what should read differently, then hand it in for review."

    @cached_property
    def application(self) -> Application:
        known = Application.objects.visible_to(self.request.user, self.request.at).for_paper()
        return get_object_or_404(known, reference=self.kwargs["reference"])

    def may(self) -> bool:
        return applying.may_edit(self.request.user, self.application)

    def reasons(self) -> list[str]:
        return near_misses.reasons_not_to_offer(self.application, self.request.user, at=self.request.at)

    def back(self) -> Any:
        return getattr(self, "practice", None) or self.application

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if there := near_misses.entry_of(self.application):
            return redirect(there)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel": self.application.get_absolute_url()}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        drafted = near_misses.drafted_from(self.application)
        parts = [(Practice._meta.get_field(name).verbose_name, drafted[name]) for name in near_misses.WRITTEN]
        return super().get_context_data(application=self.application, parts=parts, **context)

    def act(self, form: OfferForm, *, by: Any, at: datetime) -> None:
        told = form.cleaned_data["tells_of_bid"]
        self.practice = actions.offer_practice(self.application, tells_of_bid=told, by=by, at=at)


class PracticeMixin(Guarded):
    """Pages of one entry."""

    @cached_property
    def practice(self) -> Practice:
        return known_practice(self.request, self.kwargs["slug"])

    def back(self) -> Any:
        return self.practice

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(practice=self.practice, **context)


class PracticeEdit(PracticeMixin, ActView):
    template_name = "dissemination/practice_form.html"
    form_class = PracticeForm
    done = "Saved."

    def may(self) -> bool:
        return permissions.may_write(self.request.user, self.practice)

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_edit(self.practice)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "instance": self.practice,
            "cancel": self.practice.get_absolute_url(),
        }

    def act(self, form: PracticeForm, *, by: Any, at: datetime) -> None:
        actions.edit_practice(self.practice, **form.facts(), by=by, at=at)


class PracticeReturn(PracticeMixin, WhyView):
    """The office gives it back with what is missing."""

    heading = "Return this practice to its author"
    label = "What is missing?"
    hint = "Its author reads this, and can change the entry."
    submit = "Return it"
    done = "Returned to its author."

    def may(self) -> bool:
        return permissions.may_review(self.request.user, self.practice)

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_return(self.practice)

    def act(self, form: Any, *, by: Any, at: datetime) -> None:
        actions.return_to_author(self.practice, why=form.cleaned_data["why"], by=by, at=at)


class PracticeRetire(PracticeMixin, WhyView):
    """Out of the library it goes; its adoptions stay on record."""

    heading = "Retire this practice"
    label = "Why does it leave the library?"
    hint = "Its author and the councils that took it up read this."
    submit = "Retire it"
    done = "Retired. It is no longer in the public library."

    def may(self) -> bool:
        return permissions.may_publish(self.request.user, self.practice)

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_retire(self.practice)

    def act(self, form: Any, *, by: Any, at: datetime) -> None:
        actions.retire(self.practice, why=form.cleaned_data["why"], by=by, at=at)


class ReviewDateView(PracticeMixin, ActView):
    """Set the day on which the entry must be looked at again, two years from now unless another is chosen."""

    template_name = "dissemination/practice_review_date.html"
    form_class = ReviewDateForm
    step = heading = submit = ""
    verb: Callable[..., Practice]

    def may(self) -> bool:
        return permissions.may_publish(self.request.user, self.practice)

    def reasons(self) -> list[str]:
        return PRACTICE.reasons_not_to(self.practice, self.step)

    def get_initial(self) -> dict[str, Any]:
        return {"review_on": timetable.months_later(day_in_london(self.request.at), USUAL_MONTHS_TO_REVIEW)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "submit": self.submit,
            "cancel": self.practice.get_absolute_url(),
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.heading, **context)

    def act(self, form: Any, *, by: Any, at: datetime) -> None:
        type(self).verb(self.practice, review_on=form.cleaned_data["review_on"], by=by, at=at)


class PracticePublish(ReviewDateView):
    step, heading, submit = "publish", "Publish this practice", "Publish it"
    done = "Published in the library."
    verb = staticmethod(actions.publish)


class PracticeRenew(ReviewDateView):
    step, heading, submit = "renew", "Renew this practice", "Renew it"
    done = "Renewed. It stays in the library."
    verb = staticmethod(actions.renew)


@login_required
@require_POST
def practice_develop(request: HttpRequest, slug: str) -> HttpResponse:
    """Its author hands it to review."""
    practice = known_practice(request, slug)
    if not permissions.may_write(request.user, practice):
        raise PermissionDenied
    return act_on(
        request, practice, actions.develop, "Handed in for review. We write to you when it is published."
    )


@login_required
@require_POST
def practice_review(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody in the office has read it and finds it fit."""
    practice = known_practice(request, slug)
    if not permissions.may_review(request.user, practice):
        raise PermissionDenied
    return act_on(request, practice, actions.review, "Reviewed. It waits to be published.")


def act_on(
    request: HttpRequest, practice: Practice, verb: Callable[..., Practice], done: str
) -> HttpResponse:
    try:
        verb(practice, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(practice)


class PracticeReviewList(Guarded, ListView):
    """What waits for the office: to be reviewed, to be published, to be looked at again. The longest wait first."""

    template_name = "dissemination/practice_review_list.html"
    paginate_by = PER_PAGE

    def may(self) -> bool:
        return permissions.reviews_practices(self.request.user)

    def get_queryset(self) -> Any:
        known = Practice.objects.visible_to(self.request.user, self.request.at)
        return known.for_the_office().for_list().order_by("drafted_at", "pk")
