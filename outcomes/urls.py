from django.urls import path

from outcomes.views import issues, outcomes, sign_ups

urlpatterns = [
    path("", outcomes.OutcomeList.as_view(), name="outcome_list"),
    path("sign-ups/<int:pk>/confirm/", sign_ups.SignUpConfirm.as_view(), name="sign_up_confirm"),
    path("<slug:slug>/", outcomes.OutcomeDetail.as_view(), name="outcome_detail"),
    path("<slug:slug>/issues/<int:authority>/", issues.IssueState.as_view(), name="issue_state"),
]
