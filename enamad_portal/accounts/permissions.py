"""Which role may do what in the admin, as one table; moves of a lifecycle carry their own roles."""

from enamad_portal.kernel.actors import Role

_VIEW = "view"
_ALL = ("view", "add", "change", "delete")
_CASE_ROLES = (Role.REVIEWER, Role.SENIOR_REVIEWER, Role.POLICE_LIAISON, Role.FINANCE, Role.SUPPORT, Role.AUDITOR)

CASES = (
    "applications.application",
    "applications.badge",
    "applications.domainrecheck",
    "kernel.formalletter",
)
MONEY = ("applications.invoice", "applications.payment", "applications.ledgerentry")
RECORDS = ("kernel.auditentry", "kernel.job", "kernel.message")
REFERENCE = (
    "applications.fee",
    "applications.limit",
    "applications.requirement",
    "applications.activity",
    "applications.commitmenttext",
    "applications.checklistitem",
    "applications.starrule",
    "kernel.holiday",
    "kernel.weekpattern",
    "kernel.organisation",
)

TABLE: dict[Role, dict[str, tuple[str, ...]]] = {
    **{role: dict.fromkeys(CASES, (_VIEW,)) for role in _CASE_ROLES},
    Role.FINANCE: dict.fromkeys((*CASES, *MONEY), (_VIEW,)),
    Role.AUDITOR: dict.fromkeys((*CASES, *MONEY, *RECORDS, *REFERENCE), (_VIEW,)),
    Role.ADMINISTRATOR: {
        **dict.fromkeys((*CASES, *MONEY, *RECORDS), (_VIEW,)),
        **dict.fromkeys(REFERENCE, ("view", "add", "change")),
        **dict.fromkeys(("accounts.user", "accounts.rolegrant"), _ALL),
    },
}


def allowed(roles: frozenset[Role], perm: str) -> bool:
    """Django's `app.verb_model` against the table."""
    app, _, codename = perm.partition(".")
    verb, _, model = codename.partition("_")
    return any(verb in TABLE.get(role, {}).get(f"{app}.{model}", ()) for role in roles)


def sees_module(roles: frozenset[Role], app_label: str) -> bool:
    return any(model.startswith(f"{app_label}.") for role in roles for model in TABLE.get(role, {}))
