"""Demo data of the sandbox world: staff accounts with known passwords and an imprint. Refused in the real world.

It stands at the top, not in an app: no app below may know the sandbox.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from enamad_portal.accounts import second_factor
from enamad_portal.accounts.models import User
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.organisation import Organisation
from enamad_portal.sandbox import staff

IMPRINT = {
    "name": "مرکز نمونه تجارت الکترونیکی (محیط آزمایشی)",
    "address": "تهران، خیابان نمونه، پلاک ۱",
    "postal_code": "1193653594",
    "phone": "02188001234",
    "hours": "شنبه تا چهارشنبه، ۸ تا ۱۶",
    "signatory_name": "سارا نمونه‌زاده",
    "signatory_post": "مدیر صدور نماد",
}


class Command(BaseCommand):
    help = "Create the demo staff accounts and the imprint (sandbox world only)."

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.WORLD != "sandbox":
            raise CommandError("seed_demo is refused: WORLD is not sandbox.")
        for username, role in staff.ROLES.items():
            user = User.objects.filter(username=username).first()
            user = user or User.objects.create_staff(username, staff.PASSWORD, Role(role))
            if not second_factor.is_enrolled(user):
                second_factor.enrol(user, staff.TOTP_SECRET)
        Organisation.objects.get_or_create(pk=1)
        Organisation.objects.filter(pk=1, name="").update(**IMPRINT)
        if options["verbosity"]:
            self.stdout.write(f"staff sign-ins: {', '.join(staff.ROLES)} / {staff.PASSWORD}")
            self.stdout.write(f"staff second factor (TOTP secret of all of them): {staff.TOTP_SECRET}")
