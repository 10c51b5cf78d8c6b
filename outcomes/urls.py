from django.urls import path

from outcomes import views

urlpatterns = [
    path("", views.OutcomeList.as_view(), name="outcome_list"),
    path("sign-ups/<int:pk>/confirm/", views.SignUpConfirm.as_view(), name="sign_up_confirm"),
    path("<slug:slug>/", views.OutcomeDetail.as_view(), name="outcome_detail"),
    path("<slug:slug>/issues/<int:authority>/", views.IssueState.as_view(), name="issue_state"),
]
