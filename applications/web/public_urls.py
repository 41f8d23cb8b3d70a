from django.urls import path, re_path

from applications.web import public

urlpatterns = [
    path("", public.home, name="home"),
    path("check/", public.check, name="check"),
    path("register/", public.register_page, name="register"),
    path("requirements/", public.requirements, name="requirements"),
    path("help/buyers/", public.help_buyers, name="help_buyers"),
    path("v/<slug:public_id>/", public.verify, name="verify"),
    path("trustseal/", public.earlier_seal, name="earlier_seal"),
    re_path(r"^v/(?P<public_id>[\s\S]*)$", public.verify),  # malformed and unknown answer alike (BDG-11)
]
