"""Every address of the house; each room keeps its own."""

from django.contrib import admin
from django.urls import include, path

from beacons.core import views

urlpatterns = [
    path("", include("beacons.desks.urls")),
    path("outcomes/", include("outcomes.urls")),
    path("councils/", include("outcomes.council_urls")),
    path("colleagues/", include("beacons.directory.colleague_urls")),
    path("successions/", include("beacons.directory.urls")),
    path("rounds/", include("beacons.rounds.urls")),
    path("applications/", include("beacons.applications.urls")),
    path("panel/", include("panel.urls")),
    path("grants/", include("grants.urls")),
    path("", include("grants.dissemination.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("carried/drop/", views.carried_drop, name="carried_drop"),
    path("healthz", views.healthz, name="healthz"),
]
