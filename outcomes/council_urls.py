"""Addresses under councils/: who there is, and a headline report for each."""

from django.urls import path

from outcomes.views import councils, neighbours, priorities, reports, saved

urlpatterns = [
    path("", councils.CouncilList.as_view(), name="council_list"),
    # Saved reports come first: no authority has the code "reports".
    path("reports/", saved.SavedList.as_view(), name="report_list"),
    path("reports/<uuid:key>/", saved.SavedShow.as_view(), name="report_detail"),
    path("reports/<uuid:key>/edit/", saved.ReportEdit.as_view(), name="report_edit"),
    path("reports/<uuid:key>/copy/", saved.report_copy, name="report_copy"),
    path("reports/<uuid:key>/delete/", saved.ReportDelete.as_view(), name="report_delete"),
    path("reports/<uuid:key>/csv/", saved.saved_csv, name="saved_csv"),
    path("reports/<uuid:key>/pdf/", saved.saved_pdf, name="saved_pdf"),
    path("<slug:code>/", councils.CouncilDetail.as_view(), name="council_detail"),
    path("<slug:code>/report/", reports.ReportShow.as_view(), name="report_show"),
    path("<slug:code>/report/csv/", reports.report_csv, name="report_csv"),
    path("<slug:code>/report/pdf/", reports.report_pdf, name="report_pdf"),
    path("<slug:code>/report/save/", saved.ReportSave.as_view(), name="report_save"),
    path("<slug:code>/neighbours/", neighbours.NeighbourList.as_view(), name="neighbour_list"),
    path("<slug:code>/own-list/", neighbours.OwnListChoose.as_view(), name="own_list_choose"),
    path("<slug:code>/priorities/", priorities.PrioritiesChoose.as_view(), name="priorities_choose"),
]
