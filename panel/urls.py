"""The panel's addresses. Keep this a plain list."""

from django.urls import path

from panel.views import (
    announcement,
    assignment,
    bundles,
    choice,
    criteria,
    decisions,
    desk,
    feedback,
    files,
    funding,
    hours,
    interests,
    items,
    meetings,
    moderation,
    panel_sheet,
    progress,
    ranking,
    results,
    seats,
    sheets,
    vacancies,
    verifications,
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
    path("papers/offline/", bundles.PapersOffline.as_view(), name="papers_offline"),
    path("papers/offline/papers.pdf", bundles.papers_pdf, name="papers_pdf"),
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
    path("rounds/<slug:slug>/sheet/", panel_sheet.PanelSheet.as_view(), name="panel_sheet"),
    path("rounds/<slug:slug>/sheet/marks.csv", panel_sheet.MarksFile.as_view(), name="marks_file"),
    path(
        "rounds/<slug:slug>/sheet.<str:kind>", panel_sheet.PanelSheetFile.as_view(), name="panel_sheet_file"
    ),
    path("rounds/<slug:slug>/funding/", funding.FundingOptions.as_view(), name="funding_options"),
    path("rounds/<slug:slug>/meeting/", moderation.MeetingDetail.as_view(), name="meeting_detail"),
    path("rounds/<slug:slug>/meeting/accept/", moderation.meeting_accept, name="meeting_accept"),
    path("rounds/<slug:slug>/meeting/prepare/", meetings.meeting_prepare, name="meeting_prepare"),
    path("meetings/<int:pk>/", meetings.MeetingRoom.as_view(), name="meeting_room"),
    path("meetings/<int:pk>/now/", meetings.meeting_now, name="meeting_now"),
    path("meetings/<int:pk>/attendance/", meetings.AttendanceEdit.as_view(), name="attendance_edit"),
    path("meetings/<int:pk>/open/", meetings.meeting_open, name="meeting_open"),
    path("meetings/<int:pk>/close/", meetings.meeting_close, name="meeting_close"),
    path("meetings/<int:pk>/approve/", meetings.minutes_approve, name="minutes_approve"),
    path("meetings/<int:pk>/minutes.pdf", meetings.meeting_minutes, name="meeting_minutes"),
    path("meetings/<int:pk>/add/", meetings.ItemAdd.as_view(), name="item_add"),
    path("items/<int:pk>/call/", items.item_call, name="item_call"),
    path("items/<int:pk>/rest/", items.item_rest, name="item_rest"),
    path("items/<int:pk>/move/", items.item_move, name="item_move"),
    path("items/<int:pk>/defer/", items.ItemDefer.as_view(), name="item_defer"),
    path("items/<int:pk>/decide/", items.ItemDecide.as_view(), name="item_decide"),
    path("items/<int:pk>/notes/", items.ItemNotes.as_view(), name="item_notes"),
    path("items/<int:pk>/notes/autosave/", items.ItemNotesAutosave.as_view(), name="item_notes_autosave"),
    path("items/<int:pk>/marks/<int:mark>/", items.MarkChange.as_view(), name="mark_change"),
    path("cases/<slug:reference>/ask/", meetings.CaseAsk.as_view(), name="case_ask"),
    path("rounds/<slug:slug>/shortlist/", moderation.ShortlistList.as_view(), name="shortlist_list"),
    path("cases/<slug:reference>/meeting/", moderation.MeetingItem.as_view(), name="meeting_item"),
    path("cases/<slug:reference>/moderate/", moderation.CaseModerate.as_view(), name="case_moderate"),
    path("cases/<slug:reference>/shortlist/", moderation.CaseShortlist.as_view(), name="case_shortlist"),
    path("cases/<slug:reference>/verify/", moderation.CaseVerify.as_view(), name="case_verify"),
    path("cases/<slug:reference>/equals/", moderation.EqualsEdit.as_view(), name="equals_edit"),
    # Seeing for oneself
    path(
        "cases/<slug:reference>/verifications/add/",
        verifications.VerificationCreate.as_view(),
        name="verification_create",
    ),
    path("verifications/<int:pk>/", verifications.VerificationDetail.as_view(), name="verification_detail"),
    path(
        "verifications/<int:pk>/marks/", verifications.VerificationMarks.as_view(), name="verification_marks"
    ),
    path(
        "verifications/<int:pk>/report/",
        verifications.VerificationReport.as_view(),
        name="verification_report",
    ),
    path(
        "verifications/<int:pk>/settle/",
        verifications.VerificationSettle.as_view(),
        name="verification_settle",
    ),
    path(
        "verifications/<int:pk>/call-off/",
        verifications.VerificationCallOff.as_view(),
        name="verification_call_off",
    ),
    path(
        "verifications/<int:pk>/facts/", verifications.VerificationFacts.as_view(), name="verification_facts"
    ),
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
    # What each applicant is told by criterion
    path("rounds/<slug:slug>/feedback/", feedback.FeedbackList.as_view(), name="feedback_list"),
    path("rounds/<slug:slug>/feedback/approve/", feedback.feedback_approve_all, name="feedback_approve_all"),
    path("cases/<slug:reference>/feedback/", feedback.FeedbackEdit.as_view(), name="feedback_edit"),
    path("cases/<slug:reference>/feedback/approve/", feedback.feedback_approve, name="feedback_approve"),
    path(
        "cases/<slug:reference>/feedback/send-back/",
        feedback.FeedbackSendBack.as_view(),
        name="feedback_send_back",
    ),
    path("cases/<slug:reference>/feedback/lead/", feedback.FeedbackLead.as_view(), name="feedback_lead"),
    path("<slug:slug>/results/", results.ResultList.as_view(), name="result_list"),
]
