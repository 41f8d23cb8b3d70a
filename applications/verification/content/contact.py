"""Item «تماس با ما»: the page's address, landline, mobile and e-mail compared with the file."""

import re

from applications.verification.content.addresses import PARTLY, SAME, address_line, share_found
from applications.verification.content.observations import Observation
from applications.verification.content.pages import PageRole, SeenPage, Site
from applications.verification.content.phones import local_in, numbers_in
from applications.verification.content.reading import find
from applications.verification.facts import CaseFacts

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]{2,}")


def contact_us(site: Site, facts: CaseFacts) -> list[Observation]:
    """What is not in the file (a micro shop has no landline) is not looked for."""
    page = site.page(PageRole.CONTACT)
    if page is None:
        broken = site.broken.get(PageRole.CONTACT)
        code = "contact_absent" if broken is None else "contact_broken"
        return [Observation(code, good=False).on(site.home, broken)]
    text = _text(page)
    seen = [Observation("contact_seen", good=True).on(page)]
    if facts.address:
        seen.append(_address(page, text, facts.address))
    if facts.landline:
        seen.append(_landline(page, text, facts.landline))
    return [*seen, _mobile(page, text, facts.mobile), _email(page, text)]


def _text(page: SeenPage) -> str:
    """The words of the page and the numbers behind its `tel:` and `mailto:` links."""
    hidden = [link.href for link in page.facts.links if link.href.lower().startswith(("tel:", "mailto:"))]
    return " ؛ ".join([page.facts.text, *hidden])


def _address(page: SeenPage, text: str, address: str) -> Observation:
    share = share_found(address, text)
    if share >= SAME:
        return Observation("address_same", good=True).on(page, address_line(text))
    if share >= PARTLY:
        return Observation("address_partly").on(page, address_line(text))
    return Observation("address_missing", good=False).on(page, address_line(text))


def _landline(page: SeenPage, text: str, landline: str) -> Observation:
    found = numbers_in(text).landlines
    if (passage := found.get(landline) or local_in(text, landline)) is not None:
        return Observation("landline_same", good=True).on(page, passage)
    if found:
        return Observation("landline_differs", good=False).on(page, next(iter(found.values())))
    return Observation("landline_missing", good=False).on(page)


def _mobile(page: SeenPage, text: str, mobile: str) -> Observation:
    found = numbers_in(text).mobiles
    if mobile in found:
        return Observation("mobile_same", good=True).on(page, found[mobile])
    if found:
        return Observation("mobile_differs", good=False).on(page, next(iter(found.values())))
    return Observation("mobile_missing", good=False).on(page)


def _email(page: SeenPage, text: str) -> Observation:
    passage = find(_EMAIL, text)
    if passage is None:
        return Observation("email_missing", good=False).on(page)
    return Observation("email_seen", good=True).on(page, passage)
