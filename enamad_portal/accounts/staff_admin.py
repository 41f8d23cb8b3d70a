from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """The admin with our own site; apart from `apps.py`, which may hold one default configuration only."""

    default_site = "enamad_portal.accounts.staff_site.StaffSite"
