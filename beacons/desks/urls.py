from django.urls import path
from django.views.generic import TemplateView

from beacons.desks import engagement, invitations, results, views

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("desk/", views.Desk.as_view(), name="desk"),
    path("office/", views.Office.as_view(), name="office"),
    path("office/<slug:slug>/", views.ControlRoom.as_view(), name="control_room"),
    path("office/<slug:slug>/engagement/", engagement.EngagementList.as_view(), name="engagement_list"),
    path("office/<slug:slug>/engagement/csv/", engagement.engagement_csv, name="engagement_csv"),
    path("office/<slug:slug>/engagement/invite/", engagement.cohort_invite, name="cohort_invite"),
    path("office/<slug:slug>/engagement/remind/", engagement.cohort_remind, name="cohort_remind"),
    path("invitations/<int:pk>/", invitations.InvitationDetail.as_view(), name="invitation_detail"),
    path("region/", views.RegionDesk.as_view(), name="region_desk"),
    path("reports/<slug:slug>/", views.RoundReport.as_view(), name="round_report"),
    path("results/", results.OwnResults.as_view(), name="own_results"),
    path("results/<slug:reference>/", results.OwnResult.as_view(), name="own_result"),
    path("try-it/", views.TryIt.as_view(), name="try_it"),
    path(
        "accessibility/", TemplateView.as_view(template_name="desks/accessibility.html"), name="accessibility"
    ),
    path("privacy/", TemplateView.as_view(template_name="desks/privacy.html"), name="privacy"),
]
