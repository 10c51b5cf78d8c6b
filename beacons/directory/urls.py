"""Addresses under successions/: who took over whom, for the office."""

from django.urls import path

from beacons.directory.views import successions as views

urlpatterns = [
    path("", views.SuccessionList.as_view(), name="succession_list"),
    path("<slug:code>/", views.SuccessionDetail.as_view(), name="succession_detail"),
    path("<slug:code>/certifiers/<int:pk>/", views.certifier_confirm, name="certifier_confirm"),
]
