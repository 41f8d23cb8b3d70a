"""Demo shops: what each one serves, under which names and addresses, with which TLS."""

import re
import unicodedata
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.store import Store
from enamad_portal.sandbox.web import Failed

_FIRST_V4 = IPv4Address("192.0.33.1")  # inside 192.0.32.0/20, which the production classifier lets pass
_BLOCK_V6 = int(IPv6Address("2620:0:2d0::"))
_CUSTOMERS = 254  # each with a /56 of its own, which is one address to the politeness of the fetcher
_TO_CUSTOMER = 72
_MOST_SHOPS = 3000
_LABELS = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.test")
_PAGES = Path(__file__).parent / "shop_pages"
TLS_MODES = ("valid", "off", "expired", "wrong_name", "untrusted")


def _number_of(offset: int) -> int:
    """The shop at this place of the IPv6 block; no shop has a negative number."""
    customer, host = divmod(offset, 1 << _TO_CUSTOMER)
    return (host - 1) * _CUSTOMERS + customer - 1 if 1 <= customer <= _CUSTOMERS and host else -1


@dataclass
class Page:
    body: str
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Shop:
    domain: str
    """A-label under .test; `www.` in front of it is the same shop."""
    number: int
    """Position in the address ranges."""
    template: str = ""
    """The shipped shop that answers where `pages` has nothing."""
    pages: dict[str, Page] = field(default_factory=dict)
    tls: str = "valid"
    https_redirect: bool = False
    """Port 80 sends everything to port 443."""
    hsts: bool = False
    """Its secure answers promise to stay so for a year."""
    delay_s: float = 0.0
    down: bool = False
    """Nothing listens on its addresses."""
    texts: dict[str, list[str]] = field(default_factory=dict)
    """TXT records by full name."""
    name_trouble: str = ""
    """What the name server answers instead: SERVFAIL or NXDOMAIN."""

    @property
    def address4(self) -> str:
        return str(_FIRST_V4 + self.number)

    @property
    def address6(self) -> str:
        host, customer = divmod(self.number, _CUSTOMERS)
        return str(IPv6Address(_BLOCK_V6 + (customer + 1 << _TO_CUSTOMER) + host + 1))

    @property
    def home(self) -> Page:
        """The home page as this shop's own, to be read or changed."""
        return self.pages.setdefault("/", replace(self.page("/") or Page("")))

    def page(self, path: str) -> Page | None:
        return self.pages.get(path) or template_pages(self.template).get(path)

    def paths(self) -> list[str]:
        return sorted({*template_pages(self.template), *self.pages})

    def ports(self) -> tuple[int, ...]:
        if self.down:
            return ()
        return (80,) if self.tls == "off" else (80, 443)


def as_text(value: str) -> Page:
    return Page(value, "text/plain; charset=utf-8")


def a_label(domain: str) -> str:
    """Lower-case A-label of a name under .test. Raises Failed(422)."""
    name = domain.strip().rstrip(".").lower()
    if not name.isascii():
        import idna  # noqa: PLC0415 — most names are ASCII; without `uts46`, whose table costs 14 MB

        try:
            name = idna.encode(unicodedata.normalize("NFC", name)).decode("ascii")
        except idna.IDNAError:
            raise Failed(422, "domain_is_not_a_name") from None
    if not _LABELS.fullmatch(name):
        raise Failed(422, "domain_must_end_in_test")
    return name


def u_label(domain: str) -> str:
    if "xn--" not in domain:
        return domain
    import idna  # noqa: PLC0415 — as above

    return idna.decode(domain)


def bare(host: str) -> str:
    """The shop's name in a Host header or a question to the name server: no port, no www."""
    return host.partition(":")[0].rstrip(".").lower().removeprefix("www.")


@lru_cache(maxsize=8)
def template_pages(name: str) -> dict[str, Page]:
    """The pages of a shipped shop, `golestan`, `naqes` or `forushgah`, or none for "". Raises Failed(404)."""
    if not name:
        return {}
    folder = _PAGES / name
    if not name.isidentifier() or not folder.is_dir():
        raise Failed(404, "no_such_template")
    files = sorted(folder.glob("*.html"))
    return {"/" if one.stem == "index" else f"/{one.stem}": Page(one.read_text(encoding="utf-8")) for one in files}


class Shops:
    """The shops in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Shop]:
        return [_from_document(data) for data in self._store.all("shop")]

    def get(self, domain: str) -> Shop | None:
        data = self._store.get("shop", domain)
        return None if data is None else _from_document(data)

    def need(self, domain: str) -> Shop:
        """Raises Failed(404)."""
        shop = self.get(a_label(domain))
        if shop is None:
            raise Failed(404, "no_such_shop")
        return shop

    def owner(self, name: str) -> Shop | None:
        """The shop whose zone holds this name."""
        labels = name.split(".")
        return next((shop for at in range(len(labels)) if (shop := self.get(".".join(labels[at:])))), None)

    def at(self, address: str) -> Shop | None:
        """The shop that lives at an address of either family."""
        try:
            given = ip_address(address)
        except ValueError:
            return None
        number = int(given) - int(_FIRST_V4) if isinstance(given, IPv4Address) else _number_of(int(given) - _BLOCK_V6)
        return self.get((self._store.get("shop_number", str(number)) or {}).get("domain", ""))

    def add(self, domain: str, template: str) -> Shop:
        """A shop at a fresh address; one of the same name is replaced and keeps its address. Raises Failed(507)."""
        with self._store.transaction():
            before = self.get(domain)
            shop = Shop(domain, before.number if before else self._free_number(), template)
            self._store.put("shop_number", str(shop.number), {"domain": domain})
            self.save(shop)
        return shop

    def _free_number(self) -> int:
        taken = {int(key) for key in self._store.keys("shop_number")}
        number = next((number for number in range(_MOST_SHOPS) if number not in taken), None)
        if number is None:
            raise Failed(507, "no_address_left")
        return number

    def save(self, shop: Shop) -> None:
        self._store.put("shop", shop.domain, asdict(shop))

    def remove(self, shop: Shop) -> None:
        with self._store.transaction():
            self._store.remove("shop", shop.domain)
            self._store.remove("shop_number", str(shop.number))


def _from_document(data: dict[str, Any]) -> Shop:
    pages = {path: Page(**page) for path, page in data["pages"].items()}
    return Shop(**data | {"pages": pages})


def seed(box: Box) -> None:
    """The three shipped shops, on the first start only."""
    if box.store.get("seeded", "shops"):
        return
    shops = Shops(box.store)
    with box.store.transaction():
        golestan = shops.add("golestan.test", "golestan")
        golestan.https_redirect = golestan.hsts = True
        shops.save(golestan)
        naqes = shops.add("naqes.test", "naqes")
        naqes.tls = "off"
        shops.save(naqes)
        shops.add(a_label("فروشگاه.test"), "forushgah")
        box.store.put("seeded", "shops", {"done": True})
