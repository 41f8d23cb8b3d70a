"""Doors of the pages: forms in, the same functions as the JSON side, back to the page."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from enamad_portal.sandbox import asked as field
from enamad_portal.sandbox import control, gateway, pages
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.services import police, post, telephony
from enamad_portal.sandbox.shops import TLS_MODES, Shop, Shops
from enamad_portal.sandbox.web import Dropped, Failed, Request, Response, as_html, redirect

_FOLDER = Path(__file__).parent


def home(box: Box, request: Request) -> Response:
    return as_html(pages.home(box, request.query.get("channel", ""), refresh="refresh" in request.query))


@lru_cache(maxsize=1)
def _style() -> bytes:
    return (_FOLDER / "style.css").read_bytes()


def style(_box: Box, _request: Request) -> Response:
    return Response(200, _style(), "text/css; charset=utf-8")


def call(box: Box, request: Request) -> Response:
    form = request.form()
    telephony.call_the_portal(box, field.text(form, "caller"), field.text(form, "digits"))
    return redirect("/")


def letter(box: Box, request: Request, reference: str) -> Response:
    with box.store.transaction():
        post.move(box, {"reference": reference, "state": field.text(request.form(), "state")})
    return redirect("/")


def decide(box: Box, request: Request, police_reference: str) -> Response:
    with box.store.transaction():
        police.decide(box, {"police_reference": police_reference, "outcome": field.text(request.form(), "outcome")})
    return redirect("/")


def shop(box: Box, _request: Request, domain: str) -> Response:
    return as_html(pages.shop(Shops(box.store).need(domain)))


def preview(box: Box, _request: Request, domain: str, rest: str) -> Response:
    """A page of the shop as a person would see it; its links are relative and stay inside the preview."""
    page = Shops(box.store).need(domain).page(f"/{rest}")
    if page is None:
        raise Failed(404, "no_such_page")
    return Response(page.status, page.body.encode(), page.content_type)


def change_shop(box: Box, request: Request, domain: str, part: str) -> Response:
    one = Shops(box.store).need(domain)
    form: dict[str, Any] = dict(request.form())
    if part == "home":
        one.home.body = field.text(form, "html")
    elif part == "tls":
        _set_tls(one, form.get("tls", ""))
    elif part in control.PARTS:
        if part == "txt":
            form["values"] = [form.get("values", "").strip()]
        control.PARTS[part](one, form)
    else:
        raise Failed(404, "no_such_part")
    control.save(box, one)
    return redirect(f"/shops/{one.domain}")


def _set_tls(one: Shop, mode: str) -> None:
    if mode not in TLS_MODES:
        raise Failed(422, "no_such_tls_mode")
    one.tls = mode


def pay(box: Box, _request: Request, authority: str) -> Response:
    return as_html(pages.pay(gateway.find(box, authority)))


def press(box: Box, request: Request, authority: str) -> Response:
    """The payer's choice; without one it is "pay", so that a script needs nothing but POST."""
    payment = gateway.act(box, authority, request.form().get("action", "pay"))
    if payment["action"] == "captured_then_dead":
        raise Dropped
    url = gateway.return_url(payment)
    if url is None:
        return as_html(pages.pay(payment))
    return as_html(pages.return_by_post(payment)) if payment["action"] == "callback_post" else redirect(url)
