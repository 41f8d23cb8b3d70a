from django.urls import path

from applications.web import badge, panel, verification

app_name = "applications"
urlpatterns = [
    path("", panel.home, name="home"),
    path("person/", panel.person, name="person"),
    path("new/", panel.new, name="new"),
    path("<slug:reference>/", panel.case, name="case"),
    path("<slug:reference>/form/<slug:key>/", panel.section, name="section"),
    path("<slug:reference>/check/", panel.check, name="check"),
    path("<slug:reference>/withdraw/", panel.leave, name="withdraw"),
    path("<slug:reference>/domain/", verification.domain, name="domain"),
    path("<slug:reference>/email/", verification.email, name="email"),
    path("<slug:reference>/email/again/", verification.email_again, name="email_again"),
    path("<slug:reference>/step/<slug:key>/", verification.step, name="step"),
    path("<slug:reference>/commitment/", verification.commitment, name="commitment"),
    path("<slug:reference>/fee/", verification.fee, name="fee"),
    path("<slug:reference>/fee/return/", verification.fee_return, name="fee_return"),
    path("<slug:reference>/badge/", badge.badge, name="badge"),
]
