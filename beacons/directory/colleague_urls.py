"""Addresses under colleagues/: who acts for a council, and how one comes to do so."""

from django.urls import path

from beacons.directory.views import colleagues as views

urlpatterns = [
    path("", views.own_colleagues, name="own_colleagues"),
    path("join/", views.ColleagueJoin.as_view(), name="colleague_join"),
    path("join/<str:secret>/", views.colleague_open, name="colleague_open"),
    path("<slug:code>/", views.ColleagueList.as_view(), name="colleague_list"),
    path("<slug:code>/invite/", views.ColleagueInvite.as_view(), name="colleague_invite"),
    path(
        "<slug:code>/invitations/<int:pk>/again/",
        views.colleague_invite_again,
        name="colleague_invite_again",
    ),
    path(
        "<slug:code>/invitations/<int:pk>/withdraw/",
        views.colleague_uninvite,
        name="colleague_uninvite",
    ),
    path("<slug:code>/people/<int:pk>/remove/", views.ColleagueRemove.as_view(), name="colleague_remove"),
]
