from django.urls import path

from outcomes.views import issues, merging, outcomes, sign_ups

urlpatterns = [
    path("", outcomes.OutcomeList.as_view(), name="outcome_list"),
    path("sign-ups/<int:pk>/confirm/", sign_ups.SignUpConfirm.as_view(), name="sign_up_confirm"),
    path("issues/<int:pk>/", issues.IssueDetail.as_view(), name="issue_detail"),
    path("issues/<int:pk>/withdraw/", issues.issue_withdraw, name="issue_withdraw"),
    path("issues/<int:pk>/unmerge/", merging.issue_unmerge, name="issue_unmerge"),
    path("issues/<int:pk>/support/<int:authority>/", issues.issue_support, name="issue_support"),
    path(
        "issues/<int:pk>/support/<int:authority>/withdraw/", issues.support_withdraw, name="support_withdraw"
    ),
    path("<slug:slug>/", outcomes.OutcomeDetail.as_view(), name="outcome_detail"),
    path("<slug:slug>/issues/choose/", merging.IssueChoose.as_view(), name="issue_choose"),
    path("<slug:slug>/issues/merge/", merging.IssueMerge.as_view(), name="issue_merge"),
    path("<slug:slug>/issues/<int:authority>/", issues.IssueState.as_view(), name="issue_state"),
]
