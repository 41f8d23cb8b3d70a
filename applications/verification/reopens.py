"""Which checks a changed answer sends back to the start, as data; shown to the applicant before saving."""

REOPENS: dict[str, tuple[str, ...]] = {
    "domain": ("domain", "email", "content", "ssl", "commitment"),
    "email": ("email",),
    "landline": ("landline", "content"),
    "postal_code": ("postal", "content"),
    "address": ("postal", "content"),
    "province": ("postal", "content"),
    "city": ("postal", "content"),
    "activity": ("content", "documents"),
    "sale_method": ("content",),
    "premises": ("documents",),
    "name_fa": ("commitment",),
}
