"""The JSON side of the sandbox: what tests and the demo read and set. Unsigned: it never leaves loopback."""

import re
import time
from dataclasses import asdict
from typing import Any

from enamad_portal.sandbox import asked as field
from enamad_portal.sandbox import gateway
from enamad_portal.sandbox.behaviour import BadBehaviour
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.services import police, post, telephony
from enamad_portal.sandbox.shops import TLS_MODES, Page, Shop, Shops, a_label, as_text, bare, template_pages, u_label
from enamad_portal.sandbox.web import Failed, Request, Response, as_json

_HEAD_END = re.compile(r"</head>", re.IGNORECASE)
_BODY_END = re.compile(r"</body>", re.IGNORECASE)
_SETTINGS: dict[str, tuple[type, ...]] = {
    "tls": (str,),
    "https_redirect": (bool,),
    "hsts": (bool,),
    "delay_s": (int, float),
    "down": (bool,),
    "name_trouble": (str,),
}
_TITLE = re.compile(r"<title>.*?</title>", re.IGNORECASE | re.DOTALL)


def inbox(box: Box, request: Request) -> Response:
    return as_json(box.store.inbox(request.query.get("channel", ""), request.query.get("to", "")))


def effects(box: Box, _request: Request) -> Response:
    return as_json(box.store.effects())


def callbacks(box: Box, _request: Request) -> Response:
    return as_json(box.store.all("callback"))


def healthz(_box: Box, _request: Request) -> Response:
    return as_json({"status": "ok"})


def read_behaviour(box: Box, _request: Request) -> Response:
    return as_json(box.behaviours.as_json())


def change_behaviour(box: Box, request: Request) -> Response:
    try:
        box.behaviours.change(request.json())
    except BadBehaviour as error:
        raise Failed(422, str(error)) from None
    return as_json(box.behaviours.as_json())


def reset_behaviour(box: Box, _request: Request) -> Response:
    box.behaviours.reset()
    return as_json(box.behaviours.as_json())


# The world of names and addresses, as world.py asks for it


def dns(box: Box, request: Request) -> Response:
    """`rcode` as a name server gives it, and the records of one type."""
    name, kind = request.query.get("name", "").rstrip(".").lower(), request.query.get("type", "A").upper()
    fault = box.behaviours.take("dns")
    time.sleep(fault.delay_s)
    if fault.status:
        return as_json({"rcode": "SERVFAIL", "records": []})
    owner = Shops(box.store).owner(name)
    if owner is None or owner.name_trouble:
        return as_json({"rcode": owner.name_trouble if owner else "NXDOMAIN", "records": []})
    if kind == "TXT":
        return as_json({"rcode": "NOERROR", "records": owner.texts.get(name, [])})
    if bare(name) != owner.domain:
        return as_json({"rcode": "NXDOMAIN", "records": []})
    return as_json({"rcode": "NOERROR", "records": [owner.address4 if kind == "A" else owner.address6]})


def dial(box: Box, request: Request) -> Response:
    """The loopback port behind an address and port; 404 for an address of nobody, 410 where nothing listens."""
    address, port = request.query.get("address", ""), int(request.query.get("port", "0"))
    shop = Shops(box.store).at(address)
    if shop is None or box.shop_server is None:
        raise Failed(404, "address_is_not_mapped")
    if port not in shop.ports():
        raise Failed(410, "nothing_listens")
    return as_json({"port": box.shop_server.loopback_port(port)})


def ca_pem(box: Box, _request: Request) -> Response:
    return Response(200, (box.shop_server.ca_pem if box.shop_server else "").encode(), "application/x-pem-file")


# Shops


def list_shops(box: Box, _request: Request) -> Response:
    return as_json([as_document(shop) for shop in Shops(box.store).all()])


def create_shop(box: Box, request: Request) -> Response:
    """`{domain, template?, pages?, tls?, https_redirect?, hsts?, delay_s?, down?, …}`; replaces a namesake."""
    wanted = request.json()
    domain = a_label(field.text(wanted, "domain"))
    shop = Shops(box.store).add(domain, _template(wanted))
    _apply(shop, {name: value for name, value in wanted.items() if name not in {"domain", "template"}})
    return as_json(save(box, shop), 201)


def create_shops(box: Box, request: Request) -> Response:
    """`{domains, …}`: many shops with the same settings, their certificates issued in one go."""
    wanted = request.json()
    domains = [a_label(str(domain)) for domain in wanted.pop("domains", [])]
    settings = {name: value for name, value in wanted.items() if name != "template"}
    shops = Shops(box.store)
    with box.store.transaction():
        made = [shops.add(domain, _template(wanted)) for domain in domains]
        for shop in made:
            _apply(shop, settings)
            shops.save(shop)
    if box.shop_server is not None:
        box.shop_server.prepare(made)
    return as_json([{"domain": shop.domain, "address4": shop.address4} for shop in made], 201)


def change_shop(box: Box, request: Request, domain: str) -> Response:
    """Any of the settings of `create_shop`; pages are merged, a page of `null` is taken away."""
    shop = Shops(box.store).need(domain)
    _apply(shop, request.json())
    return as_json(save(box, shop))


def remove_shop(box: Box, _request: Request, domain: str) -> Response:
    Shops(box.store).remove(Shops(box.store).need(domain))
    return as_json({"removed": domain})


def change_part(box: Box, request: Request, domain: str, part: str) -> Response:
    """PUT of one part: `head {html}`, `body {html}`, `title {text}`, `file {path, text}`, `txt {name, values}`."""
    if part not in PARTS:
        raise Failed(404, "no_such_part")
    shop = Shops(box.store).need(domain)
    PARTS[part](shop, request.json())
    return as_json(save(box, shop))


def put_head(shop: Shop, wanted: dict[str, Any]) -> None:
    """Adds markup as the last child of the home page's head."""
    shop.home.body = _before(_HEAD_END, shop.home.body, field.text(wanted, "html"))


def put_body(shop: Shop, wanted: dict[str, Any]) -> None:
    """Adds markup at the end of the home page: the badge snippet."""
    shop.home.body = _before(_BODY_END, shop.home.body, field.text(wanted, "html"))


def put_title(shop: Shop, wanted: dict[str, Any]) -> None:
    title = f"<title>{field.text(wanted, 'text')}</title>"
    shop.home.body = _TITLE.sub(lambda _: title, shop.home.body, count=1)


def put_file(shop: Shop, wanted: dict[str, Any]) -> None:
    """A plain text file, such as the one of the well-known method."""
    shop.pages["/" + field.text(wanted, "path").lstrip("/")] = as_text(str(wanted.get("text", "")))


def put_txt(shop: Shop, wanted: dict[str, Any]) -> None:
    name = field.text(wanted, "name").strip().rstrip(".").lower()
    if name != shop.domain and not name.endswith(f".{shop.domain}"):
        raise Failed(422, "name_is_outside_the_domain")
    shop.texts[name] = [str(value) for value in wanted.get("values", [])]


PARTS = {"head": put_head, "body": put_body, "title": put_title, "file": put_file, "txt": put_txt}


def as_document(shop: Shop) -> dict[str, Any]:
    """Its settings and its own pages; `paths` includes those of its template."""
    addresses = {"address4": shop.address4, "address6": shop.address6}
    return asdict(shop) | addresses | {"domain_unicode": u_label(shop.domain), "paths": shop.paths()}


def _template(wanted: dict[str, Any]) -> str:
    """The template asked for; golestan, unless the shop brings its own pages. Raises Failed(404)."""
    name = str(wanted.get("template", "" if "pages" in wanted else "golestan"))
    template_pages(name)
    return name


def _before(mark: re.Pattern[str], page: str, markup: str) -> str:
    """The page with markup in front of the mark, once: pasting the same again changes nothing."""
    if markup in page:
        return page
    return mark.sub(lambda found: f"{markup}\n{found.group()}", page, count=1) if mark.search(page) else page + markup


def _apply(shop: Shop, wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        if name == "pages" and isinstance(value, dict):
            _merge_pages(shop, value)
        elif isinstance(value, _SETTINGS.get(name, ())) and (name != "tls" or value in TLS_MODES):
            setattr(shop, name, value)
        else:
            raise Failed(422, f"{name}_is_not_a_setting_of_a_shop")


def _merge_pages(shop: Shop, pages: dict[str, Any]) -> None:
    for path, page in pages.items():
        if page is None:
            shop.pages[path] = Page("", status=404)
        else:
            shop.pages[path] = Page(page) if isinstance(page, str) else Page(**page)


def save(box: Box, shop: Shop) -> dict[str, Any]:
    """Stores the shop and issues the certificate it now needs."""
    Shops(box.store).save(shop)
    if box.shop_server is not None:
        box.shop_server.prepare([shop])
    return as_document(shop)


# People and things that act on their own


def incoming_call(box: Box, request: Request) -> Response:
    """`{caller, digits}`: a shop owner calls the portal's number and keys in the code."""
    wanted = request.json()
    return as_json(telephony.call_the_portal(box, field.text(wanted, "caller"), field.text(wanted, "digits")), 201)


def move_letter(box: Box, request: Request, reference: str) -> Response:
    """`{state}`: delivered, returned or lost; `{received_by}`: the applicant unless said."""
    asked = request.json()
    state, received_by = field.text(asked, "state"), str(asked.get("received_by", ""))
    if box.store.get("letter", reference) is None or state not in {"delivered", "returned", "lost"}:
        raise Failed(404, "no_such_letter_or_state")
    with box.store.transaction():
        post.move(box, {"reference": reference, "state": state, "received_by": received_by})
    return as_json(box.document("letter", reference))


def decide_police(box: Box, request: Request, police_reference: str) -> Response:
    """`{outcome}`: positive or negative, for a file that waits."""
    outcome = field.text(request.json(), "outcome")
    if box.store.get("police", police_reference) is None or outcome not in {"positive", "negative"}:
        raise Failed(404, "no_such_file_or_outcome")
    with box.store.transaction():
        police.decide(box, {"police_reference": police_reference, "outcome": outcome})
    return as_json(box.document("police", police_reference))


def payments(box: Box, _request: Request) -> Response:
    return as_json(box.store.all("payment"))


def press(box: Box, request: Request, authority: str) -> Response:
    """`{action}`: what the payer presses; answers where the browser would go (null when it is forgotten)."""
    payment = gateway.act(box, authority, field.text(request.json(), "action"))
    return as_json({"state": payment["state"], "return_url": gateway.return_url(payment)})
