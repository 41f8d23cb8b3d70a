"""Which checks a changed answer sends back to the start, as data; shown to the applicant before saving."""

_PERSON = ("identity", "mobile", "company", "documents", "commitment", "police")
"""Whatever was asked, read or promised about one person says nothing about another."""

REOPENS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("first_name", "last_name", "birth_date", "national_code"), _PERSON),
    "domain": ("domain", "email", "content", "ssl", "commitment"),
    "email": ("email",),
    "landline": ("landline", "content"),
    "postal_code": ("postal_code", "postal", "content"),
    "address": ("postal_code", "postal", "content"),
    "province": ("postal_code", "postal", "content"),
    "city": ("postal_code", "postal", "content"),
    "activity": ("content", "documents"),
    "sale_method": ("content",),
    "premises": ("documents",),
    "tenure": ("documents",),
    "name_fa": ("commitment",),
    "registered_name": ("company", "documents", "commitment"),
    "legal_id": ("company", "documents", "commitment"),
    "gazette_number": ("documents",),
    "gazette_date": ("documents",),
    "director_name": ("documents",),
    "director_national_code": ("company", "documents"),
    "capacity": ("company", "documents"),
    "board": ("documents",),
}
