from django.urls import path

from beacons.applications.views import (
    budget,
    endorsing,
    extending,
    handing_in,
    lists,
    office,
    own,
    preview,
    printing,
    writing,
)

urlpatterns = [
    path("", lists.ApplicationList.as_view(), name="application_list"),
    path("own/", own.OwnChoices.as_view(), name="own_choices"),
    path("own/<slug:slug>/<slug:code>/", own.OwnStart.as_view(), name="own_start"),
    path("endorse/", endorsing.EndorseList.as_view(), name="endorse_list"),
    path("start/", lists.ApplicationChoices.as_view(), name="application_choices"),
    path(
        "start/<slug:slug>/<slug:outcome>/<slug:code>/",
        lists.ApplicationStart.as_view(),
        name="application_start",
    ),
    path("rounds/<slug:slug>/", office.CheckList.as_view(), name="check_list"),
    path("rounds/<slug:slug>/preview/", preview.question_preview, name="question_preview"),
    path("rounds/<slug:slug>/more-time/", extending.ExtensionList.as_view(), name="extension_list"),
    path("rounds/<slug:slug>/more-time/ask/", extending.ExtensionAsk.as_view(), name="extension_ask"),
    path("more-time/<int:pk>/", extending.ExtensionDetail.as_view(), name="extension_detail"),
    path("more-time/<int:pk>/agree/", extending.extension_agree, name="extension_agree"),
    path("more-time/<int:pk>/refuse/", extending.ExtensionRefuse.as_view(), name="extension_refuse"),
    path("rounds/<slug:slug>/progress/", office.CheckProgress.as_view(), name="check_progress"),
    path("<slug:reference>/", writing.ApplicationDetail.as_view(), name="application_detail"),
    path("<slug:reference>/details/", writing.ApplicationDetails.as_view(), name="application_details"),
    path("<slug:reference>/section/<int:number>/", writing.SectionEdit.as_view(), name="section_edit"),
    path("<slug:reference>/budget/", budget.ApplicationBudget.as_view(), name="application_budget"),
    path("<slug:reference>/partners/", writing.ApplicationPartners.as_view(), name="application_partners"),
    path("<slug:reference>/partners/<int:pk>/remove/", writing.partner_remove, name="partner_remove"),
    path("<slug:reference>/check/", handing_in.ApplicationCheck.as_view(), name="application_check"),
    path("<slug:reference>/certify/", handing_in.ApplicationCertify.as_view(), name="application_certify"),
    path(
        "<slug:reference>/send-back/", handing_in.ApplicationSendBack.as_view(), name="application_send_back"
    ),
    path("<slug:reference>/submit/", handing_in.application_submit, name="application_submit"),
    path("<slug:reference>/receipt/", handing_in.ApplicationReceipt.as_view(), name="application_receipt"),
    path("<slug:reference>/content.json", printing.application_content, name="application_content"),
    path("<slug:reference>/application.pdf", printing.application_pdf, name="application_pdf"),
    path(
        "<slug:reference>/submissions/<int:number>/content.json",
        printing.submission_content,
        name="submission_content",
    ),
    path(
        "<slug:reference>/submissions/<int:number>/application.pdf",
        printing.submission_pdf,
        name="submission_pdf",
    ),
    path("<slug:reference>/withdraw/", handing_in.ApplicationWithdraw.as_view(), name="application_withdraw"),
    path("<slug:reference>/reopen/", handing_in.application_reopen, name="application_reopen"),
    path("<slug:reference>/endorse/", endorsing.ApplicationEndorse.as_view(), name="application_endorse"),
    path(
        "<slug:reference>/endorse/take-back/",
        endorsing.endorsement_take_back,
        name="endorsement_take_back",
    ),
    path("<slug:reference>/eligible/", office.application_find_eligible, name="application_find_eligible"),
    path(
        "<slug:reference>/ineligible/",
        office.ApplicationFindIneligible.as_view(),
        name="application_find_ineligible",
    ),
]
