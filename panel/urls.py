"""The panel's addresses. Keep this a plain list."""

from django.urls import path

from panel.views import assignment, desk, interests, progress, seats, sheets

urlpatterns = [
    path("", desk.PanelDesk.as_view(), name="panel_desk"),
    # Seats and the round's approval
    path("rounds/<slug:slug>/", seats.PanelDetail.as_view(), name="panel_detail"),
    path("rounds/<slug:slug>/seats/", seats.SeatList.as_view(), name="seat_list"),
    path("rounds/<slug:slug>/seats/open/", seats.PanelOpen.as_view(), name="panel_open"),
    path("rounds/<slug:slug>/approval/", seats.RoundApprove.as_view(), name="round_approve"),
    path("seats/<int:pk>/propose/", seats.AppointmentPropose.as_view(), name="appointment_propose"),
    path("appointments/<int:pk>/agree/", seats.appointment_agree, name="appointment_agree"),
    path("appointments/<int:pk>/end/", seats.AppointmentEnd.as_view(), name="appointment_end"),
    # Interests
    path("rounds/<slug:slug>/declare/", interests.InterestDeclare.as_view(), name="interest_declare"),
    path("rounds/<slug:slug>/interests/", interests.InterestList.as_view(), name="interest_list"),
    # Sharing papers out, and how far marking is
    path("rounds/<slug:slug>/assignment/", assignment.AssignmentDetail.as_view(), name="assignment_detail"),
    path("rounds/<slug:slug>/assign/", assignment.assignment_carry_out, name="assignment_carry_out"),
    path("rounds/<slug:slug>/progress/", progress.CaseProgress.as_view(), name="case_progress"),
    path("cases/<slug:reference>/sheets/", progress.CaseSheets.as_view(), name="case_sheets"),
    path("cases/<slug:reference>/reader/", progress.ReaderAdd.as_view(), name="reader_add"),
    path("sheets/<int:pk>/extend/", progress.SheetExtend.as_view(), name="sheet_extend"),
    path("sheets/<int:pk>/discharge/", progress.SheetDischarge.as_view(), name="sheet_discharge"),
    path("sheets/<int:pk>/reopen/", progress.SheetReopen.as_view(), name="sheet_reopen"),
    # Marking
    path("papers/<slug:reference>/", sheets.AssessmentEdit.as_view(), name="assessment_edit"),
    path("papers/<slug:reference>/lodge/", sheets.AssessmentLodge.as_view(), name="assessment_lodge"),
    path("cases/<slug:reference>/", sheets.CaseDetail.as_view(), name="case_detail"),
]
