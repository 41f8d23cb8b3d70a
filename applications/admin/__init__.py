"""The desk of the application's staff: queues and case page, badges, money, reference data."""

from applications.admin import badges, cases, money, panel_acts, panels, rechecks, reference

__all__ = ["badges", "cases", "money", "panel_acts", "panels", "rechecks", "reference"]
