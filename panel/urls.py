"""The panel's addresses. Keep this a plain list."""

from django.urls import path

from panel.views import (
    announcement,
    assignment,
    choice,
    criteria,
    decisions,
    desk,
    files,
    funding,
    hours,
    interests,
    meeting,
    progress,
    ranking,
    results,
    seats,
    sheets,
    sitting,
    vacancies,
)

urlpatterns = [
    path("", desk.PanelDesk.as_view(), name="panel_desk"),
    # Seats and the round's approval
    path("rounds/<slug:slug>/", seats.PanelDetail.as_view(), name="panel_detail"),
    path("rounds/<slug:slug>/seats/", seats.SeatList.as_view(), name="seat_list"),
    path("rounds/<slug:slug>/seats/open/", seats.PanelOpen.as_view(), name="panel_open"),
    path("rounds/<slug:slug>/outcomes/", choice.OutcomeChoice.as_view(), name="outcome_choice"),
    path("rounds/<slug:slug>/outcomes/approve/", choice.choice_approve, name="choice_approve"),
    path("rounds/<slug:slug>/approval/", seats.RoundApprove.as_view(), name="round_approve"),
    path("seats/<int:pk>/propose/", seats.AppointmentPropose.as_view(), name="appointment_propose"),
    path("appointments/<int:pk>/agree/", seats.appointment_agree, name="appointment_agree"),
    path("appointments/<int:pk>/end/", seats.AppointmentEnd.as_view(), name="appointment_end"),
    # Vacant seats, and who comes forward for them
    path("vacancies/", vacancies.VacancyList.as_view(), name="vacancy_list"),
    path("vacancies/<int:pk>/", vacancies.VacancyDetail.as_view(), name="vacancy_detail"),
    path("vacancies/<int:pk>/come-forward/", vacancies.CandidacyCreate.as_view(), name="candidacy_create"),
    path("vacancies/<int:pk>/withdraw/", vacancies.VacancyWithdraw.as_view(), name="vacancy_withdraw"),
    path("seats/<int:pk>/advertise/", vacancies.VacancyCreate.as_view(), name="vacancy_create"),
    path("candidates/<str:secret>/", vacancies.candidacy_detail, name="candidacy_detail"),
    path("candidates/<str:secret>/confirm/", vacancies.candidacy_confirm, name="candidacy_confirm"),
    path("candidates/<str:secret>/stand-down/", vacancies.candidacy_stand_down, name="candidacy_stand_down"),
    # The criteria, made from the cohort's issues
    path("rounds/<slug:slug>/criteria/", criteria.CriteriaEdit.as_view(), name="criteria_edit"),
    # Interests
    path("employers/", interests.EmployerList.as_view(), name="employer_list"),
    path("employers/<int:pk>/take-back/", interests.employer_take_back, name="employer_take_back"),
    path("rounds/<slug:slug>/declare/", interests.InterestDeclare.as_view(), name="interest_declare"),
    path("rounds/<slug:slug>/interests/", interests.InterestList.as_view(), name="interest_list"),
    # Sharing papers out, and how far marking is
    path("rounds/<slug:slug>/assignment/", assignment.AssignmentDetail.as_view(), name="assignment_detail"),
    path("rounds/<slug:slug>/assignment/ask/", assignment.assignment_ask, name="assignment_ask"),
    path("rounds/<slug:slug>/assign/", assignment.assignment_carry_out, name="assignment_carry_out"),
    path("rounds/<slug:slug>/progress/", progress.CaseProgress.as_view(), name="case_progress"),
    path("cases/<slug:reference>/sheets/", progress.CaseSheets.as_view(), name="case_sheets"),
    path("cases/<slug:reference>/reader/", progress.ReaderAdd.as_view(), name="reader_add"),
    path("sheets/<int:pk>/extend/", progress.SheetExtend.as_view(), name="sheet_extend"),
    path("sheets/<int:pk>/discharge/", progress.SheetDischarge.as_view(), name="sheet_discharge"),
    path("sheets/<int:pk>/reopen/", progress.SheetReopen.as_view(), name="sheet_reopen"),
    # Marking
    path("papers/next/", desk.paper_next, name="paper_next"),
    path("papers/<slug:reference>/", sheets.AssessmentEdit.as_view(), name="assessment_edit"),
    path(
        "papers/<slug:reference>/autosave/", sheets.AssessmentAutosave.as_view(), name="assessment_autosave"
    ),
    path("papers/<slug:reference>/notes/", sheets.NoteEdit.as_view(), name="note_edit"),
    path("papers/<slug:reference>/notes/autosave/", sheets.NoteAutosave.as_view(), name="note_autosave"),
    path("papers/<slug:reference>/lodge/", sheets.AssessmentLodge.as_view(), name="assessment_lodge"),
    path("rounds/<slug:slug>/hours/", hours.PanelHours.as_view(), name="panel_hours"),
    path("files/<uuid:key>/", files.paper_file, name="paper_file"),
    path("cases/<slug:reference>/", sheets.CaseDetail.as_view(), name="case_detail"),
    path("cases/<slug:reference>/application.pdf", sheets.case_pdf, name="case_pdf"),
    # Ranking, the meeting and the shortlist
    path("rounds/<slug:slug>/ranking/", ranking.RankingList.as_view(), name="ranking_list"),
    path("rounds/<slug:slug>/funding/", funding.FundingOptions.as_view(), name="funding_options"),
    path("rounds/<slug:slug>/meeting/", meeting.MeetingDetail.as_view(), name="meeting_detail"),
    path("rounds/<slug:slug>/meeting/accept/", meeting.meeting_accept, name="meeting_accept"),
    path("rounds/<slug:slug>/meeting/prepare/", sitting.meeting_prepare, name="meeting_prepare"),
    path("meetings/<int:pk>/", sitting.MeetingRoom.as_view(), name="meeting_room"),
    path("meetings/<int:pk>/now/", sitting.meeting_now, name="meeting_now"),
    path("meetings/<int:pk>/attendance/", sitting.AttendanceEdit.as_view(), name="attendance_edit"),
    path("meetings/<int:pk>/open/", sitting.meeting_open, name="meeting_open"),
    path("meetings/<int:pk>/close/", sitting.meeting_close, name="meeting_close"),
    path("meetings/<int:pk>/approve/", sitting.minutes_approve, name="minutes_approve"),
    path("meetings/<int:pk>/minutes.pdf", sitting.meeting_minutes, name="meeting_minutes"),
    path("meetings/<int:pk>/add/", sitting.ItemAdd.as_view(), name="item_add"),
    path("items/<int:pk>/call/", sitting.item_call, name="item_call"),
    path("items/<int:pk>/rest/", sitting.item_rest, name="item_rest"),
    path("items/<int:pk>/move/", sitting.item_move, name="item_move"),
    path("items/<int:pk>/defer/", sitting.ItemDefer.as_view(), name="item_defer"),
    path("items/<int:pk>/decide/", sitting.ItemDecide.as_view(), name="item_decide"),
    path("items/<int:pk>/notes/", sitting.ItemNotes.as_view(), name="item_notes"),
    path("items/<int:pk>/notes/autosave/", sitting.ItemNotesAutosave.as_view(), name="item_notes_autosave"),
    path("items/<int:pk>/marks/<int:mark>/", sitting.MarkChange.as_view(), name="mark_change"),
    path("cases/<slug:reference>/ask/", sitting.CaseAsk.as_view(), name="case_ask"),
    path("rounds/<slug:slug>/shortlist/", meeting.ShortlistList.as_view(), name="shortlist_list"),
    path("cases/<slug:reference>/meeting/", meeting.MeetingItem.as_view(), name="meeting_item"),
    path("cases/<slug:reference>/moderate/", meeting.CaseModerate.as_view(), name="case_moderate"),
    path("cases/<slug:reference>/shortlist/", meeting.CaseShortlist.as_view(), name="case_shortlist"),
    path("cases/<slug:reference>/verify/", meeting.CaseVerify.as_view(), name="case_verify"),
    path("cases/<slug:reference>/equals/", meeting.EqualsEdit.as_view(), name="equals_edit"),
    # Decisions, their announcement and the results
    path("rounds/<slug:slug>/decisions/", decisions.DecisionList.as_view(), name="decision_list"),
    path("rounds/<slug:slug>/decisions/decline/", decisions.decision_decline, name="decision_decline"),
    path("rounds/<slug:slug>/decisions/agree/", decisions.decision_agree, name="decision_agree"),
    path("cases/<slug:reference>/decision/", decisions.DecisionDetail.as_view(), name="decision_detail"),
    path(
        "cases/<slug:reference>/decision/propose/",
        decisions.DecisionPropose.as_view(),
        name="decision_propose",
    ),
    path(
        "cases/<slug:reference>/decision/answer/", decisions.DecisionAnswer.as_view(), name="decision_answer"
    ),
    path(
        "rounds/<slug:slug>/announcement/", announcement.AnnouncementEdit.as_view(), name="announcement_edit"
    ),
    path("<slug:slug>/results/", results.ResultList.as_view(), name="result_list"),
]
