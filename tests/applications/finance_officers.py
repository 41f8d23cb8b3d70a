"""Two officers of finance, and what they do together."""

from applications.services import reconcile
from enamad_portal.accounts.models import User
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Role


def officer(name):
    """An account of finance by its name, made on first use."""
    found = User.objects.filter(username=name).first()
    return (found or User.objects.create_staff(name, "a long enough one", Role.FINANCE)).actor()


def written_off(payment_id, text="درگاه مبلغ را بازگرداند"):
    """Proposed by one and confirmed by the other: the money of a puzzle went back."""
    proposal = use_cases.run(reconcile.propose_return, payment_id, text=text, actor=officer("first"))
    return use_cases.run(reconcile.confirm, proposal.pk, actor=officer("second"))


def settled(payment_id, ref_id="777001", text="در صورت‌حساب بانک هست"):
    """Proposed by one and confirmed by the other: the bank's statement shows the money."""
    verb = reconcile.propose_settlement
    proposal = use_cases.run(verb, payment_id, ref_id=ref_id, text=text, actor=officer("first"))
    return use_cases.run(reconcile.confirm, proposal.pk, actor=officer("second"))
