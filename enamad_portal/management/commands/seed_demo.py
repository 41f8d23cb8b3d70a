"""Demo data of the sandbox world: staff accounts with known passwords. Refused in the real world."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from enamad_portal.accounts.models import User
from enamad_portal.kernel.actors import Role
from enamad_portal.sandbox import staff


class Command(BaseCommand):
    help = "Create the demo staff accounts (sandbox world only)."

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.WORLD != "sandbox":
            raise CommandError("seed_demo is refused: WORLD is not sandbox.")
        for username, role in staff.ROLES.items():
            if not User.objects.filter(username=username).exists():
                User.objects.create_staff(username, staff.PASSWORD, Role(role))
        if options["verbosity"]:
            self.stdout.write(f"staff sign-ins: {', '.join(staff.ROLES)} / {staff.PASSWORD}")
