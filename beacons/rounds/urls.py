from django.urls import path

from beacons.rounds import views

urlpatterns = [
    path("", views.RoundList.as_view(), name="round_list"),
    path("<slug:slug>/", views.RoundDetail.as_view(), name="round_detail"),
    path("<slug:slug>/stages/<slug:key>/move/", views.StageMove.as_view(), name="stage_move"),
]
