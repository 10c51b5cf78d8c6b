from django.urls import path

from beacons.rounds import question_views, views

urlpatterns = [
    path("", views.RoundList.as_view(), name="round_list"),
    path("<slug:slug>/", views.RoundDetail.as_view(), name="round_detail"),
    path("<slug:slug>/questions/", question_views.question_list, name="question_list"),
    path("<slug:slug>/questions.pdf", question_views.question_pdf, name="question_pdf"),
    path("<slug:slug>/questions.docx", question_views.question_docx, name="question_docx"),
    path("<slug:slug>/stages/<slug:key>/move/", views.StageMove.as_view(), name="stage_move"),
]
