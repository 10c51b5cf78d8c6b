"""Addresses of grants."""

from django.urls import path

from grants import views

urlpatterns = [
    path("", views.GrantList.as_view(), name="grant_list"),
    path("agreements/", views.AgreementList.as_view(), name="agreement_list"),
    path("<str:reference>/", views.GrantDetail.as_view(), name="grant_detail"),
    path("<str:reference>/agreement/", views.GrantAgreement.as_view(), name="grant_agreement"),
    path("<str:reference>/accept/", views.grant_accept, name="grant_accept"),
    path("<str:reference>/refuse/", views.GrantRefuse.as_view(), name="grant_refuse"),
    path("<str:reference>/sign/", views.grant_sign, name="grant_sign"),
    path("<str:reference>/returns/<str:kind>/", views.ReturnDetail.as_view(), name="return_detail"),
]
