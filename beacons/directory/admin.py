"""Reference data about authorities, and the people of the scheme."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from beacons.core.admin import HouseAdmin, ReadOnlyAdmin
from beacons.directory.models import Authority, Membership, Region, User

MANAGERS = frozenset({"scheme_manager"})
OFFICE = frozenset({"scheme_manager", "case_officer", "grants_officer", "finance_officer"})


@admin.register(Region)
class RegionAdmin(HouseAdmin):
    seen_by, changed_by = OFFICE, MANAGERS
    list_display = ("name", "partnership", "core_funding")


@admin.register(Authority)
class AuthorityAdmin(ReadOnlyAdmin):
    """Authorities come from the compiled table; `load_authorities` changes them."""

    seen_by = OFFICE
    list_display = ("name", "code", "kind", "region", "opened_on", "closed_on")
    list_filter = ("kind", "region")
    search_fields = ("name", "official_name", "code", "gss_code")
    list_select_related = ("region",)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    autocomplete_fields = ("authority",)
    fields = ("role", "authority", "region", "body", "job_title", "ended_at")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser or request.user.has_role(*OFFICE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser or request.user.has_role(*MANAGERS)

    has_add_permission = has_change_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UserForm(forms.ModelForm):
    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


@admin.register(User)
class UserAdmin(HouseAdmin):
    """People and what they do. A new person sets a password by “forgotten your password”."""

    seen_by, changed_by = OFFICE, MANAGERS
    form = UserForm
    inlines = (MembershipInline,)
    list_display = ("name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")
    fields = ("name", "email", "is_active", "is_staff")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
