"""AUTHZ-5: nobody has a say in his own file, whichever of his accounts it is under, and nobody is two officers."""

import pytest

from applications.lifecycle import LetterState, State
from applications.models import Applicant, Application, Invoice, LegalPerson, PostalLetter
from applications.selectors import police
from applications.services import claims, review
from applications.services.letter_batches import reprint
from applications.services.police import enter_police_answer
from applications.services.reveals import reveal
from enamad_portal.accounts.models import User, national_code_index
from enamad_portal.accounts.services import staff_accounts
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.codes import Code
from enamad_portal.kernel.errors import Refused
from tests.applications import factories
from tests.applications.factories import CANARIES, NOON
from tests.applications.review_case import officer, on_the_desk

pytestmark = pytest.mark.django_db
run = use_cases.run
OTHER = "0084575948"


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


def same_person(role, code=CANARIES["national_code"]):
    """A member of staff who is the applicant, under another account."""
    user = officer("same", role)
    User.objects.filter(pk=user.pk).update(national_code_key=national_code_index(code))
    return User.objects.get(pk=user.pk).actor()


def through_an_applicant_row(role):
    """As above, known by a second applicant's account that belongs to the staff account."""
    user = officer("same", role)
    first = factories.applicant("+989350000009", national_code=CANARIES["national_code"])
    Applicant.objects.filter(pk=first.pk).update(user=user)
    return user.actor()


@pytest.mark.parametrize("link", [same_person, through_an_applicant_row])
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SENIOR_REVIEWER])
def test_authz_5_the_same_national_code_is_the_same_person(link, role):
    case, actor = on_the_desk(unsure=("email",)), link(role)
    with pytest.raises(Refused, match="own_case"):
        run(claims.claim, case.pk, actor=actor)
    Application.objects.filter(pk=case.pk).update(assignee=actor.user_id)
    for move in ("approve", "request_correction", "propose_refusal"):
        with pytest.raises(Refused, match="own_case"):
            run(review.DECISIONS[move], case.pk, text="دلیل", actor=actor)
    with pytest.raises(Refused, match="own_case"):
        run(review.accept_step, case.pk, "email", note="دلیل", actor=actor)
    with pytest.raises(Refused, match="own_case"):
        run(reveal, case.pk, "mobile", "تماس با متقاضی", actor=actor)


def test_authz_5_a_stranger_may():
    case, actor = on_the_desk(), same_person(Role.REVIEWER, OTHER)
    run(claims.claim, case.pk, actor=actor)
    assert Application.objects.get(pk=case.pk).assignee_id == actor.user_id


def test_authz_5_the_director_of_the_company_is_behind_its_file():
    case, actor = on_the_desk(), same_person(Role.REVIEWER, OTHER)
    LegalPerson.objects.create(
        business=case.business,
        registered_name="شرکت نمونه",
        legal_id="10380284790",
        registration_number="1",
        gazette_number="1",
        gazette_date=NOON.date(),
        director_name="سارا",
        director_national_code=OTHER,
        capacity="attorney",
        board="سارا",
    )
    with pytest.raises(Refused, match="own_case"):
        run(claims.claim, case.pk, actor=actor)


def test_authz_5_a_liaison_neither_answers_nor_sees_the_police_on_his_own_file():
    case, actor = on_the_desk(state=State.POLICE_REFUSED), same_person(Role.POLICE_LIAISON)
    with pytest.raises(Refused, match="own_case"):
        run(enter_police_answer, case.pk, positive=True, police_reference="۱", actor=actor)
    case = Application.objects.get(pk=case.pk)
    assert (police.sees(actor), police.sees(actor, case)) == (True, False)
    assert police.shown_state(case, actor) == State.POLICE_PENDING.label


def test_authz_5_a_letter_to_oneself_is_reprinted_by_another():
    case, actor = on_the_desk(), same_person(Role.SUPPORT)
    bill = Invoice.objects.create(application=case, kind="post_letter", amount_rial=1, created_at=NOON)
    code = {"subject": "x", "channel": "letter", "destination": "x", "created_at": NOON, "expires_at": NOON}
    codes = [Code.objects.create(purpose=place, **code) for place in "12"]
    letter = PostalLetter.objects.create(
        application=case,
        round=1,
        serial="s-1",
        invoice=bill,
        state=LetterState.PRINTED,
        ordered_at=NOON,
        printed_at=NOON,
        code_1=codes[0],
        code_2=codes[1],
    )
    with pytest.raises(Refused, match="own_case"):
        run(reprint, letter.serial, note="پاره شد", actor=actor)


def opened(username, boss):
    roles = frozenset({Role.REVIEWER})
    return run(staff_accounts.open_account, username, "a long enough one", roles, national_code=OTHER, actor=boss)


def test_authz_5_one_person_is_one_officer():
    boss = officer("boss", Role.ADMINISTRATOR).actor()
    first = opened("a.karimi", boss)
    with pytest.raises(Refused, match="person_has_account"):
        run(
            staff_accounts.open_account,
            "b.karimi",
            "a long enough one",
            {Role.REVIEWER},
            national_code=OTHER,
            actor=boss,
        )
    second = officer("second")
    with pytest.raises(Refused, match="person_has_account"):
        run(staff_accounts.set_person, second.pk, OTHER, actor=boss)
    run(staff_accounts.set_person, first.pk, OTHER, actor=boss)
    with pytest.raises(Refused, match="own_account"):
        run(staff_accounts.set_person, boss.user_id, "0013542419", actor=boss)


def test_pii_2_of_a_members_national_code_only_the_blind_index_stays():
    boss = officer("boss", Role.ADMINISTRATOR).actor()
    user = opened("a.karimi", boss)
    kept = str(User.objects.filter(pk=user.pk).values().get()) + str(list(AuditEntry.objects.values()))
    assert (OTHER in kept, user.national_code_key) == (False, national_code_index(OTHER))
