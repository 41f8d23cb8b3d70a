from django.urls import path

from enamad_portal.accounts.web import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in_page, name="sign_in"),
    path("code/", views.code_page, name="code"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
