"""An invented portal with many valid badges, written in bulk: what the logo and the verification page are asked for."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
PASSED = ("identity", "mobile", "domain", "email", "commitment", "postal", "landline", "content", "documents", "fee")
"""The steps of a shop with one star: most of the page's text."""


def domain(place: int) -> str:
    return f"shop-{place}.example.ir"


def seed(count: int) -> list[str]:
    """Makes the database of PORTAL_VAR with `count` badges; their public ids, in the order of their domains."""
    import django  # noqa: PLC0415  settings come from the environment first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("seed_reference", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    return _insert(count)


def _insert(count: int) -> list[str]:
    from applications.models import Applicant, Application, Badge, Business, Requirement, VerificationStep  # noqa: PLC0415
    from enamad_portal.accounts.models import User  # noqa: PLC0415

    owner = Applicant.objects.create(
        user=User.objects.create(username="benchmark"),
        first_name="سارا",
        last_name="نمونه",
        national_code="0013542419",
        national_code_key="0" * 64,
        birth_date=NOW.date(),
        created_at=NOW,
    )
    rule = Requirement.objects.filter(person_type="natural").first()
    facts = {"owner": owner, "person_type": "natural", "mode": "one_star", "created_at": NOW, "name_fa": "گلستان هنر"}
    facts |= {"province": "23", "city": "تهران", "answering_hours": "شنبه تا چهارشنبه، ۹ تا ۱۷"}
    shops = Business.objects.bulk_create(Business(domain=domain(place), **facts) for place in range(count))
    facts = {"state": "issued", "requirement": rule, "created_at": NOW, "touched_at": NOW}
    facts |= {"submitted_at": NOW, "issued_at": NOW}
    cases = Application.objects.bulk_create(Application(business=shop, domain=shop.domain, **facts) for shop in shops)
    VerificationStep.objects.bulk_create(
        VerificationStep(application=case, key=key, state="passed", verdict="passed", verified_at=NOW, received_at=NOW)
        for case in cases
        for key in PASSED
    )
    facts = {"stars": 1, "source": "earlier_system", "holder_name": "سارا نمونه", "changed_at": NOW}
    facts |= {"approved_at": NOW, "first_granted_at": NOW, "valid_from": NOW, "valid_to": NOW + timedelta(days=3650)}
    facts |= {"postal_passed_at": NOW, "landline_passed_at": NOW}
    badges = Badge.objects.bulk_create(
        Badge(business=case.business, application=case, domain=case.domain, **facts) for case in cases
    )
    return [badge.public_id for badge in badges]
