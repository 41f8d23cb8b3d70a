from django.urls import path

from applications.api import badges

urlpatterns = [
    path("badges/<str:public_id>/", badges.BadgeView.as_view(), name="api_badge"),
    path("domains/<str:domain>/", badges.DomainView.as_view(), name="api_domain"),
]
