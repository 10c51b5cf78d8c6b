"""What everybody may read from the announcement on."""

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.views.generic import TemplateView

from beacons.core.views import PER_PAGE
from panel import results
from panel.filters import ResultFilter
from panel.models import Announcement
from panel.views.doors import the_round


class ResultList(TemplateView):
    """The awards of a round with their reasons, and of the rest the numbers; before the instant, when it comes."""

    template_name = "panel/result_list.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        at = self.request.at
        shown = the_round(self.request, self.kwargs["slug"])
        announcement = Announcement.objects.filter(round=shown).first()
        # Before the instant nothing of the results is so much as read.
        announced = announcement is not None and announcement.has_come(at)
        if not announced:
            return super().get_context_data(
                round=shown, announcement=announcement, announced=False, **context
            )
        categories = results.by_category(shown, at)
        found = ResultFilter(
            self.request.GET or None,
            queryset=results.announced_awards(shown, at),
            categories=[(of.category.pk, of.category.name) for of in categories],
        )
        page = Paginator(found.qs, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            round=shown,
            announcement=announcement,
            announced=True,
            page_obj=page,
            groups=[
                (category, list(some))
                for category, some in groupby(page, lambda case: case.application.category)
            ],
            by_category=categories,
            filter=found,
            figures=results.figures(shown, at),
            without=results.outcomes_without(shown),
            pounds=results.pounds_awarded(shown, at),
            **context,
        )
