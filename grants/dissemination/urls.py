"""Addresses of events, the library and adoptions, and of what a grant spreads."""

from django.urls import path

from grants.dissemination.views import activities, adoptions, bookings, practices, spreading

urlpatterns = [
    path("events/", activities.ActivityList.as_view(), name="activity_list"),
    path("events/calendar.ics", activities.activity_feed, name="activity_feed"),
    path("events/<int:pk>/", activities.ActivityDetail.as_view(), name="activity_detail"),
    path("events/<int:pk>/calendar.ics", activities.activity_calendar, name="activity_calendar"),
    path("events/<int:pk>/cancel/", activities.ActivityCancel.as_view(), name="activity_cancel"),
    path("events/<int:pk>/attendance/", activities.AttendanceRecord.as_view(), name="attendance_record"),
    path("events/<int:pk>/bookings/", activities.BookingList.as_view(), name="booking_list"),
    path("events/<int:pk>/book/", bookings.BookingCreate.as_view(), name="booking_create"),
    path("events/bookings/<int:pk>/cancel/", bookings.booking_cancel, name="booking_cancel"),
    path("events/bookings/<int:pk>/change/", bookings.BookingTell.as_view(), name="booking_tell"),
    path("applications/<slug:reference>/offer/", practices.PracticeOffer.as_view(), name="practice_offer"),
    path("library/", practices.PracticeList.as_view(), name="practice_list"),
    path("library/awaiting-review/", practices.PracticeReviewList.as_view(), name="practice_review_list"),
    path("library/<slug:slug>/", practices.PracticeDetail.as_view(), name="practice_detail"),
    path("library/<slug:slug>/edit/", practices.PracticeEdit.as_view(), name="practice_edit"),
    path("library/<slug:slug>/develop/", practices.practice_develop, name="practice_develop"),
    path("library/<slug:slug>/review/", practices.practice_review, name="practice_review"),
    path("library/<slug:slug>/return/", practices.PracticeReturn.as_view(), name="practice_return"),
    path("library/<slug:slug>/publish/", practices.PracticePublish.as_view(), name="practice_publish"),
    path("library/<slug:slug>/renew/", practices.PracticeRenew.as_view(), name="practice_renew"),
    path("library/<slug:slug>/retire/", practices.PracticeRetire.as_view(), name="practice_retire"),
    path("library/<slug:slug>/adopt/", adoptions.AdoptionCreate.as_view(), name="adoption_create"),
    path("adoptions/", adoptions.AdoptionList.as_view(), name="adoption_list"),
    path("adoptions/<int:pk>/", adoptions.AdoptionMove.as_view(), name="adoption_move"),
    path("grants/<str:reference>/spreading/", spreading.SpreadingDetail.as_view(), name="spreading_detail"),
    path("grants/<str:reference>/events/new/", activities.ActivityCreate.as_view(), name="activity_create"),
    path("grants/<str:reference>/practices/new/", practices.PracticeCreate.as_view(), name="practice_create"),
]
