from django.urls import path

from applications.web import badge, content, documents, landline, letter, panel, verification

app_name = "applications"
urlpatterns = [
    path("", panel.home, name="home"),
    path("person/", panel.person, name="person"),
    path("new/", panel.new, name="new"),
    path("<slug:reference>/", panel.case, name="case"),
    path("<slug:reference>/form/logo/", documents.logo, name="logo"),
    path("<slug:reference>/form/logo/file/", documents.logo_file, name="logo_file"),
    path("<slug:reference>/form/<slug:key>/", panel.section, name="section"),
    path("<slug:reference>/check/", panel.check, name="check"),
    path("<slug:reference>/withdraw/", panel.leave, name="withdraw"),
    path("<slug:reference>/domain/", verification.domain, name="domain"),
    path("<slug:reference>/email/", verification.email, name="email"),
    path("<slug:reference>/email/again/", verification.email_again, name="email_again"),
    path("<slug:reference>/step/<slug:key>/", verification.step, name="step"),
    path("<slug:reference>/documents/", documents.documents, name="documents"),
    path("<slug:reference>/documents/<slug:key>/", documents.document, name="document"),
    path("<slug:reference>/documents/<slug:key>/file/", documents.document_file, name="document_file"),
    path("<slug:reference>/landline/", landline.landline, name="landline"),
    path("<slug:reference>/landline/call/", landline.landline_call, name="landline_call"),
    path("<slug:reference>/landline/show/", landline.landline_show, name="landline_show"),
    path("<slug:reference>/postal/", letter.postal, name="postal"),
    path("<slug:reference>/postal/pay/", letter.postal_pay, name="postal_pay"),
    path("<slug:reference>/postal/return/", letter.postal_return, name="postal_return"),
    path("<slug:reference>/postal/again/", letter.postal_again, name="postal_again"),
    path("<slug:reference>/commitment/", verification.commitment, name="commitment"),
    path("<slug:reference>/fee/", verification.fee, name="fee"),
    path("<slug:reference>/fee/return/", verification.fee_return, name="fee_return"),
    path("<slug:reference>/content/", content.content, name="content"),
    path("<slug:reference>/ssl/", content.ssl, name="ssl"),
    path("<slug:reference>/badge/", badge.badge, name="badge"),
    path("<slug:reference>/badge/check/", content.snippet_check, name="snippet_check"),
]
