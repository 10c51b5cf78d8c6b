from django.urls import path
from django.views.generic import TemplateView

from beacons.desks import (
    cost,
    engagement,
    expected,
    invitations,
    outcome_ranking,
    reach,
    region_views,
    results,
    views,
)

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("desk/", views.Desk.as_view(), name="desk"),
    path("office/", views.Office.as_view(), name="office"),
    path("office/outcomes/by-sign-ups/", outcome_ranking.OutcomeRanking.as_view(), name="outcome_ranking"),
    path(
        "office/outcomes/by-sign-ups.<slug:kind>",
        outcome_ranking.outcome_ranking_file,
        name="outcome_ranking_file",
    ),
    path("office/<slug:slug>/", views.ControlRoom.as_view(), name="control_room"),
    path("office/<slug:slug>/engagement/", engagement.EngagementList.as_view(), name="engagement_list"),
    path("office/<slug:slug>/engagement/csv/", engagement.engagement_csv, name="engagement_csv"),
    path("office/<slug:slug>/engagement/invite/", engagement.cohort_invite, name="cohort_invite"),
    path("office/<slug:slug>/engagement/remind/", engagement.cohort_remind, name="cohort_remind"),
    path("office/<slug:slug>/expected/", expected.ExpectedList.as_view(), name="expected_list"),
    path("office/<slug:slug>/expected.<slug:kind>", expected.expected_file, name="expected_file"),
    path("office/<slug:slug>/cost/", cost.CostLedger.as_view(), name="cost_ledger"),
    path("office/<slug:slug>/cost.csv", cost.cost_file, name="cost_file"),
    path("invitations/<int:pk>/", invitations.InvitationDetail.as_view(), name="invitation_detail"),
    path("region/", region_views.RegionDesk.as_view(), name="region_desk"),
    path("region/<slug:code>/", region_views.RegionDesk.as_view(), name="region_room"),
    path("region/<slug:code>/members/", region_views.RegionMembers.as_view(), name="region_members"),
    path("region/<slug:code>/members/csv/", region_views.region_csv, name="region_csv"),
    path("region/<slug:code>/objectives/new/", region_views.ObjectiveEdit.as_view(), name="objective_create"),
    path(
        "region/<slug:code>/objectives/<int:pk>/", region_views.ObjectiveEdit.as_view(), name="objective_edit"
    ),
    path(
        "region/<slug:code>/objectives/<int:pk>/remove/",
        region_views.objective_remove,
        name="objective_remove",
    ),
    path("regions/", region_views.RegionList.as_view(), name="region_list"),
    path("regions/<slug:code>/", region_views.RegionDetail.as_view(), name="region_detail"),
    path("reports/<slug:slug>/", views.RoundReport.as_view(), name="round_report"),
    path("reports/<slug:slug>/reach/", reach.RoundReach.as_view(), name="round_reach"),
    path("results/", results.OwnResults.as_view(), name="own_results"),
    path("results/<slug:reference>/", results.OwnResult.as_view(), name="own_result"),
    path("try-it/", views.TryIt.as_view(), name="try_it"),
    path(
        "accessibility/", TemplateView.as_view(template_name="desks/accessibility.html"), name="accessibility"
    ),
    path("privacy/", TemplateView.as_view(template_name="desks/privacy.html"), name="privacy"),
]
