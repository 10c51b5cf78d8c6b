from django.urls import path

from outcomes.views import (
    agreements,
    figures,
    indicators,
    issues,
    maps,
    measures,
    merging,
    outcomes,
    sign_ups,
)

urlpatterns = [
    path("", outcomes.OutcomeList.as_view(), name="outcome_list"),
    path("indicators/", indicators.IndicatorList.as_view(), name="indicator_list"),
    path("indicators/<str:code>/", indicators.IndicatorDetail.as_view(), name="indicator_detail"),
    path("indicators/<str:code>/figures.csv", indicators.indicator_figures, name="indicator_figures"),
    path(
        "indicators/<str:code>/superseded.csv", indicators.indicator_superseded, name="indicator_superseded"
    ),
    path("figures/", figures.FigureImportList.as_view(), name="figure_import_list"),
    path("figures/<int:pk>/", figures.FigureImportDetail.as_view(), name="figure_import_detail"),
    path("figures/<int:pk>/carry-out/", figures.figure_import_carry_out, name="figure_import_carry_out"),
    path("agreements/", agreements.AgreementImportList.as_view(), name="agreement_import_list"),
    path("agreements/template.<str:kind>", agreements.agreement_template, name="agreement_template"),
    path("agreements/<int:pk>/", agreements.AgreementImportDetail.as_view(), name="agreement_import_detail"),
    path("agreements/<int:pk>/carry-out/", agreements.agreement_carry_out, name="agreement_carry_out"),
    path("measures/add/<int:authority>/", measures.MeasureAdd.as_view(), name="measure_add"),
    path("measures/<int:pk>/", measures.MeasureDetail.as_view(), name="measure_detail"),
    path("measures/<int:pk>/edit/", measures.MeasureEdit.as_view(), name="measure_edit"),
    path(
        "measures/<int:pk>/figures/<int:authority>/",
        measures.MeasureFigures.as_view(),
        name="measure_figures",
    ),
    path("sign-ups/", sign_ups.own_sign_ups, name="own_sign_ups"),
    path("sign-ups/of/<int:authority>/", sign_ups.SignUpDesk.as_view(), name="sign_up_desk"),
    path("sign-ups/<int:pk>/", sign_ups.SignUpDetail.as_view(), name="sign_up_detail"),
    path("sign-ups/<int:pk>/terms/", sign_ups.SignUpTerms.as_view(), name="sign_up_terms"),
    path("sign-ups/<int:pk>/withdraw/", sign_ups.SignUpWithdraw.as_view(), name="sign_up_withdraw"),
    path("sign-ups/<int:pk>/confirm/", sign_ups.SignUpConfirm.as_view(), name="sign_up_confirm"),
    path("issues/<int:pk>/", issues.IssueDetail.as_view(), name="issue_detail"),
    path("issues/<int:pk>/withdraw/", issues.issue_withdraw, name="issue_withdraw"),
    path("issues/<int:pk>/unmerge/", merging.issue_unmerge, name="issue_unmerge"),
    path("issues/<int:pk>/support/<int:authority>/", issues.issue_support, name="issue_support"),
    path(
        "issues/<int:pk>/support/<int:authority>/withdraw/", issues.support_withdraw, name="support_withdraw"
    ),
    path("<slug:slug>/", outcomes.OutcomeDetail.as_view(), name="outcome_detail"),
    path("<slug:slug>/map/", maps.OutcomeMapDetail.as_view(), name="outcome_map"),
    path("<slug:slug>/sign-up/<int:authority>/", sign_ups.SignUpBegin.as_view(), name="sign_up_begin"),
    path("<slug:slug>/issues/choose/", merging.IssueChoose.as_view(), name="issue_choose"),
    path("<slug:slug>/issues/merge/", merging.IssueMerge.as_view(), name="issue_merge"),
    path("<slug:slug>/issues/<int:authority>/", issues.IssueState.as_view(), name="issue_state"),
]
