"""Staff sign-ins of the demo, known to everybody: they exist in the sandbox world only."""

PASSWORD = "sandbox-only-123"  # noqa: S105 - opens nothing outside the sandbox world
ROLES = {
    "reviewer": "reviewer",
    "senior": "senior_reviewer",
    "police": "police_liaison",
    "finance": "finance",
    "support": "support",
    "auditor": "auditor",
    "admin": "administrator",
}
