"""Everything that was ever saved of an answer, or of the details: listed, compared, and restored.

For those who may write, and for nobody else: what a partner, the office or the panel reads is what was handed in.
"""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView

from beacons.applications import actions, permissions, rules, versions
from beacons.applications.forms.answers import first_box
from beacons.applications.forms.versions import CompareForm
from beacons.applications.models import Application
from beacons.applications.views.base import OwnApplicationMixin
from beacons.core import text
from beacons.core.lifecycle import Refused
from beacons.core.views import PER_PAGE


class VersionMixin(OwnApplicationMixin):
    """Pages of one thing of which every version is kept: the answer to a question, or the details."""

    loading = "for_section"

    def may(self) -> bool:
        return permissions.may_edit(self.request.user, self.application)

    @cached_property
    def kept(self) -> versions.Kept:
        found = versions.kept(self.application, self.kwargs["what"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def closed(self) -> list[str]:
        """Why nothing can be restored now; all of it can be read all the same."""
        return rules.reasons_not_to_edit(self.application, at=self.request.at)

    def written_at(self) -> str:
        """Where it is written; while nothing can be, where it is read."""
        reference = self.application.reference
        if self.closed:
            return reverse("application_check", args=[reference])
        if isinstance(self.kept, versions.KeptAnswer):
            question = self.kept.question
            for section in self.application.sections:
                if question.pk in (item.question.pk for item in section.on_the_page):
                    return (
                        f"{reverse('section_edit', args=[reference, section.number])}#{first_box(question)}"
                    )
            return reverse("application_detail", args=[reference])
        return reverse("application_details", args=[reference])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            kept=self.kept, closed=self.closed, written_at=self.written_at(), **context
        )


class VersionList(VersionMixin, TemplateView):
    """Who saved it when, the newest first. What was saved while somebody typed stands in one line, or each by itself."""

    template_name = "applications/version_list.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        every = "every" in self.request.GET
        listed = self.kept.listed
        found = versions.sittings(listed, every=every)
        # Each with the one before it, to be compared with.
        pairs = list(zip(found, [*found[1:], None], strict=True))
        page = Paginator(pairs, PER_PAGE).get_page(self.request.GET.get("page"))
        texts = self.kept.in_full(sitting.version for sitting, _ in page)
        rows = [(sitting, before, self.kept.said(texts[sitting.version])) for sitting, before in page]
        return super().get_context_data(
            page_obj=page,
            rows=rows,
            every=every,
            is_grouped=len(found) < len(listed),
            saved=len(listed),
            people=len({version.saved_by_id for version in listed}),
            **context,
        )


class VersionCompare(VersionMixin, TemplateView):
    """Two versions, and what was removed and added from the older to the newer. Any two can be chosen."""

    template_name = "applications/version_compare.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        each, grouped = (versions.sittings(self.kept.listed, every=every) for every in (True, False))
        known = [one.version for one in each]
        older = asked_for(self.request, "old", known) or grouped[min(1, len(grouped) - 1)].version
        newer = asked_for(self.request, "new", known) or known[0]
        old, new = (self.kept.find(number) for number in sorted((older, newer)))
        wanted = {old.version, new.version, *(one.version for one in grouped)}
        offered = [one for one in each if one.version in wanted]
        parts = self.kept.compared(old, new)
        return super().get_context_data(
            old=old,
            new=new,
            pair=(old, new),
            parts=parts,
            is_same=all(told.is_same for _, told in parts),
            is_coarse=any(told.is_coarse for _, told in parts),
            form=CompareForm(offered, old.version, new.version),
            **context,
        )


def asked_for(request: HttpRequest, name: str, known: list[int]) -> int | None:
    """The version that an address names, if there is such a one."""
    number = text.whole(request.GET.get(name, ""))
    return number if number in known else None


class VersionDetail(VersionMixin, TemplateView):
    """One version in full, and the button that restores it: this page is the question whether one is sure."""

    template_name = "applications/version_detail.html"

    @cached_property
    def version(self) -> Any:
        found = self.kept.find(self.kwargs["number"])
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        standing = self.kept.find(self.kept.standing)
        return super().get_context_data(
            version=self.version,
            standing=standing,
            parts=self.kept.parts(self.version),
            is_standing=self.kept.parts(self.version) == self.kept.parts(standing),
            **context,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        version, seen = self.version, text.whole(request.POST.get("seen", "")) or 0
        try:
            after = self.restore(version.version, seen=seen)
        except Refused as refusal:
            # Read afresh: somebody may have saved another in this very moment.
            self.application = Application.objects.for_section().get(pk=self.application.pk)
            for cached in ("kept", "closed"):
                self.__dict__.pop(cached, None)
            return self.render_to_response(self.refused(refusal, seen))
        if after == seen:
            messages.info(request, "It says that already, so nothing was restored.")
        else:
            messages.success(
                request, f"Restored: version {version.version} stands again, as version {after}."
            )
        return redirect(self.written_at())

    def restore(self, version: int, *, seen: int) -> int:
        """The number of the version that stands afterwards."""
        who = {"by": self.request.user, "at": self.request.at}
        if isinstance(self.kept, versions.KeptAnswer):
            question = self.kept.question
            restored = actions.restore_answer(self.application, question, version, seen=seen, **who)
            return restored.answers.get(question=question).version
        restored = actions.restore_details(self.application, version, seen=seen, **who)
        return restored.details_version

    def refused(self, refusal: Refused, seen: int) -> dict[str, Any]:
        """Of two who change it, the second sees what the first saved beside what was to be restored."""
        told: dict[str, Any] = {"reasons": refusal.reasons}
        if seen != self.kept.standing:
            told["theirs"] = self.kept.parts(self.kept.find(self.kept.standing))
        return self.get_context_data(**told)
