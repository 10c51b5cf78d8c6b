"""Reference data about authorities, and the people of the scheme."""

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from beacons.core.admin import HouseAdmin
from beacons.core.formsets import HeldFormSet
from beacons.directory.actions import authorities, people, successions
from beacons.directory.forms import HeldRoleForm, MailDomainsForm, PersonForm, SuccessionForm
from beacons.directory.models import Authority, Membership, Region, Succession, User

MANAGERS = frozenset({"scheme_manager"})
OFFICE = frozenset({"scheme_manager", "case_officer", "grants_officer", "finance_officer"})


@admin.register(Region)
class RegionAdmin(HouseAdmin):
    seen_by, changed_by = OFFICE, MANAGERS
    list_display = ("name", "partnership", "core_funding")


@admin.register(Authority)
class AuthorityAdmin(HouseAdmin):
    """Authorities come from the compiled table, which `load_authorities` changes. Staff enter their mail domains."""

    seen_by, changed_by = OFFICE, MANAGERS
    form = MailDomainsForm
    list_display = ("name", "code", "kind", "region", "opened_on", "closed_on")
    list_filter = ("kind", "region")
    search_fields = ("name", "official_name", "code", "gss_code")
    list_select_related = ("region",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["mail_domains", "colleagues", *self.of_the_table()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["colleagues", *self.of_the_table()]

    def of_the_table(self) -> list[str]:
        """What comes from the compiled table, in the order of the model."""
        return [field.name for field in self.model._meta.fields if field.name not in ("id", "mail_domains")]

    @admin.display(description="who acts for it")
    def colleagues(self, authority: Authority) -> str:
        address = reverse("colleague_list", args=[authority.code])
        return format_html('<a href="{}">Its people, and whom it has invited</a>', address)

    def save_model(self, request: HttpRequest, obj: Authority, form: Any, change: bool) -> None:
        domains = form.cleaned_data["mail_domains"].split()
        authorities.set_mail_domains(obj, domains, by=request.user, at=request.at)


@admin.register(Succession)
class SuccessionAdmin(HouseAdmin):
    """Who takes over whom. What has been carried out stays as it was."""

    seen_by, changed_by = OFFICE, MANAGERS
    form = SuccessionForm
    list_display = ("authority", "successor", "took_over_on", "carried_out_at")
    list_filter = ("took_over_on",)
    list_select_related = ("authority", "successor")
    search_fields = ("authority__name", "successor__name")
    autocomplete_fields = ("authority", "successor")
    fields = ("authority", "successor", "took_over_on", "carried_out_at")
    readonly_fields = ("carried_out_at",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        always = super().get_readonly_fields(request, obj)
        return [*always, "authority"] if obj else always

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.carried_out_at is None)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        typed = form.cleaned_data
        merger = successions.enter(
            obj.authority,
            typed["successor"],
            took_over_on=typed["took_over_on"],
            by=request.user,  # type: ignore[arg-type]
            at=request.at,  # type: ignore[attr-defined]
            known=obj if change else None,
        )
        obj.pk = merger.pk


class RolesInline(admin.TabularInline):
    model = Membership
    formset = HeldFormSet
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser or request.user.has_role(*OFFICE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser or request.user.has_role(*MANAGERS)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class HeldRolesInline(RolesInline):
    """What somebody is and was."""

    form = HeldRoleForm
    verbose_name_plural = "roles held, now and before"
    fields = ("held", "began_at", "ended_at", "job_title", "end_now")
    readonly_fields = ("held", "began_at", "ended_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("user", "authority", "region")
        return rows.order_by(F("ended_at").desc(nulls_first=True), "began_at", "pk")

    @admin.display(description="role")
    def held(self, membership: Membership) -> str:
        return membership.words


class NewRoleInline(RolesInline):
    """What they become with this save."""

    extra = 1
    # Five fields in one row are wider than a page.
    template = "admin/edit_inline/stacked.html"
    verbose_name, verbose_name_plural = "new role", "new roles"
    autocomplete_fields = ("authority",)
    fields = ("role", "authority", "region", "body", "job_title")

    has_view_permission = RolesInline.has_change_permission
    has_add_permission = RolesInline.has_change_permission

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).none()


@admin.register(User)
class UserAdmin(HouseAdmin):
    """People and what they do. A new person sets a password by “forgotten your password”."""

    seen_by, changed_by = OFFICE, MANAGERS
    form = PersonForm
    list_display = ("name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")
    fields = PersonForm.Meta.fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return (HeldRolesInline, NewRoleInline) if obj else (NewRoleInline,)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else [name for name in self.fields if name != "is_active"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        data, who = form.cleaned_data, {"by": request.user, "at": request.at}
        if change:
            people.change_person(obj, **{name: data[name] for name in form.changed_data}, **who)
        else:
            obj.pk = people.add_person(**data, **who).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        who = {"by": request.user, "at": request.at}
        for part in formset.initial_forms:
            if part.cleaned_data.get("end_now"):
                people.end_role(part.instance, **who)
            elif "job_title" in part.changed_data:
                people.rename_job(part.instance, job_title=part.cleaned_data["job_title"], **who)
        for part in formset.extra_forms:
            if part.has_changed():
                people.give_role(
                    form.instance, **{name: part.cleaned_data[name] for name in NewRoleInline.fields}, **who
                )
