"""The admin site of staff."""

from django.contrib.admin import AdminSite


class StaffSite(AdminSite):
    site_header = "میز کار کارکنان"
    site_title = "میز کار"
    index_title = "صف‌ها و داده‌های پایه"
    enable_nav_sidebar = False
