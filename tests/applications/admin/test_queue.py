"""The queue page: pages by place, numbers that stay cheap, several cases at once, and what hides from whom."""

import re
from datetime import timedelta

import pytest

from applications.lifecycle import State
from applications.models import Application
from applications.selectors import desk
from enamad_portal.accounts.models import User
from enamad_portal.kernel.actors import Role
from tests.applications import factories
from tests.applications.desk_browser import BASE, entered
from tests.applications.factories import NOON
from tests.applications.review_case import officer, on_the_desk, reviewed_requirement

pytestmark = pytest.mark.django_db
QUEUE = "/admin/applications/application/"


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


def crowd(dues, state=State.CONTENT_REVIEW, prefix="shop", **more):
    requirement = reviewed_requirement()
    return [
        on_the_desk(
            f"{prefix}{place}.ir",
            factories.applicant(f"+98935{len(prefix)}11{place:04}", national_code=f"{len(prefix)}{place:09}"),
            requirement,
            state,
            due_at=due,
            **more,
        )
        for place, due in enumerate(dues)
    ]


def references(page):
    return re.findall(r'name="case" value="([^"]+)"', page)


def walk(browser, query, way):
    """Every page from where it begins, following the link of this direction."""
    pages, address = [], f"{QUEUE}{query}"
    while address:
        page = browser.get(address).content.decode()
        pages.append(references(page))
        link = re.search(rf'<a rel="{way}" href="([^"]+)"', page)
        address = f"{QUEUE}{link[1].replace('&amp;', '&')}" if link else ""
    return pages


def test_pages_by_place_show_each_case_once_and_lead_back(client, monkeypatch):
    monkeypatch.setattr(desk, "PER_PAGE", 2)
    days = [3, 1, 1, 1, 5]
    cases = crowd([NOON + timedelta(days=day) for day in days])
    closed = crowd([None, None, None], State.WITHDRAWN, "old")
    order = [cases[place].reference for place in (1, 2, 3, 0, 4)] + [case.reference for case in closed]
    browser = entered(client, Role.REVIEWER)
    query = "?tab=all&words=.ir"
    pages = walk(browser, query, "next")
    assert (pages, [one for page in pages for one in page]) == ([order[i : i + 2] for i in range(0, 8, 2)], order)
    last = f"{query}&place=after~~{closed[1].pk}"
    assert walk(browser, last, "prev") == [order[7:], order[5:7], order[3:5], order[1:3], order[:1]]


def test_a_page_stays_where_it_is_while_cases_before_it_leave(client, monkeypatch):
    monkeypatch.setattr(desk, "PER_PAGE", 2)
    cases = crowd([NOON + timedelta(days=day) for day in range(5)])
    browser = entered(client, Role.REVIEWER)
    page = browser.get(f"{QUEUE}?tab=unassigned").content.decode()
    link = re.search(r'<a rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    Application.objects.filter(pk=cases[0].pk).update(assignee=officer("other"), claimed_at=NOON)
    assert references(browser.get(f"{QUEUE}{link}").content.decode()) == [case.reference for case in cases[2:4]]


@pytest.mark.parametrize(
    "place", ["after", "after~x~1", "before~1", "nowhere~1~2", "after~99999999999999999999~1", "~~~"]
)
def test_a_bent_place_is_the_beginning(client, place):
    (case,) = crowd([NOON])
    page = entered(client, Role.REVIEWER).get(f"{QUEUE}?tab=unassigned&place={place}")
    assert (page.status_code, references(page.content.decode())) == (200, [case.reference])


def test_numbers_are_counted_up_to_a_cap(client, monkeypatch):
    monkeypatch.setattr(desk, "COUNTED", 2)
    crowd([NOON] * 3)
    page = entered(client, Role.REVIEWER).get(QUEUE).content.decode()
    assert re.findall(r'<span class="count">([^<]+)</span>', page) == ["۰", "۲+", "۰", "۲+"]


def test_an_overdue_case_says_so_in_words(client):
    crowd([NOON - timedelta(days=3)])
    page = entered(client, Role.REVIEWER).get(f"{QUEUE}?tab=overdue").content.decode()
    assert re.search(r"روز کاری گذشته", page)


@pytest.mark.parametrize(("role", "tab"), [(Role.AUDITOR, "همه"), (Role.REVIEWER, "برداشته‌نشده")])
def test_the_desk_opens_where_there_is_work(client, role, tab):
    crowd([NOON])
    page = entered(client, role).get(QUEUE).content.decode()
    assert re.search(r'aria-current="page">([^<]+?) ?<span', page)[1] == tab


def test_readers_have_neither_boxes_nor_buttons(client):
    crowd([NOON])
    page = entered(client, Role.AUDITOR).get(QUEUE).content.decode()
    assert [word for word in ('name="case"', "together/", "/next/", "?tab=mine") if word in page] == []


def test_the_next_button_takes_the_case_and_opens_it(client):
    _later, soon = crowd([NOON + timedelta(days=2), NOON])
    browser = entered(client, Role.REVIEWER)
    answer = browser.post(f"{QUEUE}next/")
    assert (answer.status_code, answer["Location"]) == (302, f"{BASE}/{soon.reference}/")
    assert Application.objects.get(pk=soon.pk).assignee == browser.user
    browser.post(f"{QUEUE}next/")
    emptied = browser.post(f"{QUEUE}next/", follow=True)
    assert "پرونده دیگری در صف منتظر شما نیست" in emptied.content.decode()
    assert browser.get(f"{QUEUE}next/").status_code == 405


def together(browser, act, cases, **more):
    return browser.post(
        f"{QUEUE}together/", {"act": act, "case": [case.reference for case in cases], **more}, follow=True
    )


def test_several_cases_are_taken_and_each_refusal_is_told(client):
    first, second, held = crowd([NOON] * 3)
    Application.objects.filter(pk=held.pk).update(assignee=officer("other"), claimed_at=NOON)
    browser = entered(client, Role.REVIEWER)
    page = together(browser, "claim", [first, second, held], back="?tab=unassigned").content.decode()
    assert ("۲ پرونده نزد شماست" in page, f"پرونده {held.reference}: این پرونده نزد کارشناس دیگری است" in page) == (
        True,
        True,
    )
    assert set(Application.objects.filter(assignee=browser.user)) == {first, second}
    page = together(browser, "release", [first, held]).content.decode()
    assert ("۱ پرونده به صف بازگشت" in page, f"{held.reference}: این پرونده نزد شما نیست" in page) == (True, True)


def test_a_senior_hands_several_on(client):
    cases, other = crowd([NOON] * 2), officer("other")
    browser = entered(client, Role.SENIOR_REVIEWER)
    together(browser, "assign", cases, officer=other.pk)
    assert Application.objects.filter(assignee=other).count() == 2
    page = together(browser, "assign", cases, officer="x").content.decode()
    assert page.count("کارشناسی را برگزینید") == 2


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.APPLICANT, Role.SYSTEM, Role.SENIOR_REVIEWER}))
def test_authz_2_nobody_else_hands_on(client, role):
    (case,), other = crowd([NOON]), officer("other")
    together(entered(client, role), "assign", [case], officer=other.pk)
    assert Application.objects.get(pk=case.pk).assignee_id is None


def test_nothing_chosen_and_unknown_acts_change_nothing(client):
    (case,) = crowd([NOON])
    browser = entered(client, Role.REVIEWER)
    assert "برگزیده نشده است" in together(browser, "claim", []).content.decode()
    assert together(browser, "explode", [case]).status_code == 404
    strange = browser.post(
        f"{QUEUE}together/", {"act": "claim", "case": ["nosuchcase"], "back": "//evil.example"}, follow=True
    )
    assert ("چنین پرونده‌ای نیست" in strange.content.decode(), strange.redirect_chain) == (True, [(QUEUE, 302)])


def test_authz_3_neither_day_nor_order_nor_holder_tells_an_appeal_to_the_police(client):
    (pending,), (appealed,), (refused,) = (
        crowd([due], state, prefix)
        for state, due, prefix in (
            (State.POLICE_PENDING, None, "p"),
            (State.POLICE_APPEAL, NOON, "pp"),
            (State.POLICE_REFUSED, None, "ppp"),
        )
    )
    Application.objects.filter(pk=appealed.pk).update(assignee=officer("liaison", Role.POLICE_LIAISON))
    browser = entered(client, Role.SENIOR_REVIEWER)
    page = browser.get(f"{QUEUE}?tab=all&state=police_pending").content.decode()
    assert references(page) == [pending.reference, appealed.reference, refused.reference]
    rows = re.findall(r'<td role="cell" data-label="(?:مهلت|نزد)">([^<]*)', page)
    assert {cell.strip() for cell in rows} == {"—"}
    held = browser.get(f"{QUEUE}?tab=all&state=police_pending&holder={User.objects.get(username='liaison').pk}")
    assert references(held.content.decode()) == []
    for case in (pending, appealed, refused):
        assert "رسیدگی به فرجام‌خواهی" not in browser.get(f"{BASE}/{case.reference}/").content.decode()


def test_authz_3_the_liaison_sees_the_day_of_an_appeal(client):
    case = on_the_desk("p.ir", state=State.POLICE_APPEAL, due_at=NOON)
    browser = entered(client, Role.POLICE_LIAISON)
    page = browser.get(f"{QUEUE}?tab=unassigned").content.decode()
    assert (references(page), "امروز آخرین روز است" in page) == ([case.reference], True)
    assert "رسیدگی به فرجام‌خواهی" in browser.get(f"{BASE}/{case.reference}/").content.decode()
