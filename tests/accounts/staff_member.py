"""A member of staff at the browser: signs in with both factors."""

from enamad_portal.accounts import second_factor
from enamad_portal.accounts.models import User
from enamad_portal.sandbox import staff

PASSWORD = "a long enough one"


def member(username="reviewer", *roles, enrolled=True):
    user = User.objects.create_staff(username, PASSWORD, *(roles or ("reviewer",)))
    if enrolled:
        second_factor.enrol(user, staff.TOTP_SECRET)
    return user


def give_password(client, username="reviewer", password=PASSWORD, **more):
    return client.post("/admin/login/", {"username": username, "password": password}, **more)


def sign_in(client, username="reviewer", drift=0):
    give_password(client, username)
    return client.post("/admin/second-factor/", {"code": staff.totp_code(drift=drift)})
