"""The one base of every ModelAdmin, and what the admin shows of the house's own tables."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from beacons.core.letters import SEALED_LETTERS, Letter, send_again
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.core.sweeps import Failure
from beacons.core.views import PER_PAGE


class Refusable:
    """A form of the admin that says, above its fields, why a verb refused what it brought."""

    refusal: Refused | None = None

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        for reason in self.refusal.reasons if self.refusal else ():
            self.add_error(None, reason)  # type: ignore[attr-defined]


class HouseAdmin(admin.ModelAdmin):
    """Every ModelAdmin of the house.

    - `seen_by` and `changed_by` are roles (directory.Role values); a superuser may do what both may.
    - A look-up by a field that the list does not show is refused: `?score__gte=4` is an oracle.
    - What has a status is never saved by typing one in, and nothing is deleted here.
    - When a verb refuses, the page is shown again with everything that was typed, and nothing has changed.
    """

    seen_by: frozenset[str] = frozenset()
    changed_by: frozenset[str] = frozenset()
    # Look-ups beyond list_filter and search_fields that links of our own pages use.
    allowed_lookups: frozenset[str] = frozenset()
    list_per_page = PER_PAGE
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser or request.user.has_role(*self.seen_by, *self.changed_by)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser or request.user.has_role(*self.changed_by)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser or request.user.has_role(*self.changed_by)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the list itself offers as a filter, to the letter."""
        offered = {filter_name(item) for item in self.get_list_filter(request)}
        base = lookup.removesuffix("__exact").removesuffix("__id").removesuffix("__isnull")
        return lookup in self.allowed_lookups or base in offered

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A refusal has undone the whole save. The same words are asked again, with the refusal among their errors."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            request.refusal = refusal
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (Refusable, made), {"refusal": getattr(request, "refusal", None)})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        named = {field.name for field in self.model._meta.get_fields()}
        return [*super().get_readonly_fields(request, obj), *({"status"} & named)]


def filter_name(item: Any) -> str:
    """What an entry of list_filter calls itself in the address: a field, a field with its class, or a class alone."""
    if isinstance(item, str):
        return item
    return item.parameter_name if isinstance(item, type) else item[0]


class ReadOnlyAdmin(HouseAdmin):
    """To be looked at, not changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """The outbox, without the words of any letter.

    Of the panel's letters even the kind, the address and the time may tell what is sealed: only those that do not
    get away are listed, and without their address.
    """

    seen_by = frozenset({"scheme_manager", "case_officer"})
    list_display = ("about", "address", "written_at", "sent_at", "attempts", "error")
    list_filter = (("sent_at", admin.EmptyFieldListFilter),)
    allowed_lookups = frozenset({"sent_at__isempty"})
    fields = (*list_display, "not_before", "parked_at")
    ordering = ("-pk",)
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> Any:
        stuck = Letter.objects.failing().values("pk")
        return super().get_queryset(request).filter(~Q(kind__startswith=SEALED_LETTERS) | Q(pk__in=stuck))

    @admin.display(description="kind")
    def about(self, letter: Letter) -> str:
        return "(of the panel)" if letter.is_sealed else letter.kind

    @admin.display(description="to")
    def address(self, letter: Letter) -> str:
        return "(sealed)" if letter.is_sealed else letter.to

    @admin.display(description="last error")
    def error(self, letter: Letter) -> str:
        """What a mail server answers often names the address."""
        return "(sealed)" if letter.is_sealed and letter.last_error else letter.last_error

    @admin.action(description="Try again to send", permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        count = send_again(queryset.failing(), at=request.at)
        self.message_user(request, f"{count} of them will be tried within the minute.")


@admin.register(Step)
class StepAdmin(ReadOnlyAdmin):
    """The audit, for the scheme manager: what happened when, without the words, which seals may cover."""

    seen_by = frozenset({"scheme_manager"})
    list_display = ("subject_type", "subject_id", "step", "at", "hash")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Steps of sealed things stay out of the list: even that one happened may tell."""
        return super().get_queryset(request).exclude(subject_type__startswith="panel.")


@admin.register(Failure)
class FailureAdmin(ReadOnlyAdmin):
    """What the clock found due and could not do. Of sealed things it says that much, and no more."""

    seen_by = frozenset({"scheme_manager", "case_officer"})
    list_display = ("act", "subject", "times", "first_at", "last_at", "told")
    fields = list_display
    ordering = ("-last_at",)

    @admin.display(description="What")
    def subject(self, failure: Failure) -> str:
        return f"{failure.subject_type} {'' if failure.is_sealed else failure.subject_id}".strip()

    @admin.display(description="Why")
    def told(self, failure: Failure) -> str:
        return "(sealed)" if failure.is_sealed else failure.error
