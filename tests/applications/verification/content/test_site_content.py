"""The step against real demo shops: what the machine sees of each, and that it never gives the verdict."""

import pytest
from django.conf import settings

from applications.models.choices import MachineSays
from applications.verification.content.observations import WORDS, says
from applications.verification.facts import CaseFacts
from applications.verification.steps import STEPS
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.steps import Verdict

pytestmark = pytest.mark.django_db  # the politeness of the fetcher lives in rows
IDN = "xn--mgbtj4c7ad63e.test"
ITEMS = ("prices", "online_order", "contact_us", "complaints", "consumer_law", "secure_pages")
OPINION = dict.fromkeys(ITEMS, "verdict")


def facts(domain, **more):
    known = {
        "reference": "0000000001",
        "domain": domain,
        "first_name": "مریم",
        "last_name": "احمدی",
        "national_code": "0012345679",
        "birth_date": jalali.to_gregorian(1365, 5, 12),
        "mobile": "+989121234567",
        "email": "info@golestan.test",
        "shop_name": "گلستان",
        "person_type": "natural",
        "landline": "+982188776655",
        "postal_code": "1193653591",
        "address": "تهران، خیابان آزادی، کوچه گلستان، پلاک ۹۱، طبقه دوم",
        "province": "23",
        "city": "تهران",
    }
    return CaseFacts(**known | more)


def look(domain, **more):
    return STEPS["content"].look(facts(domain, **more))


def codes(finding, item):
    return [one.code for one in finding.observations[item]]


def opinion(finding, item):
    return says(OPINION.get(item, "evidence"), finding.observations[item])


def test_a_complete_shop_is_seen_whole_and_still_waits_for_a_person(sandbox):
    finding = look("golestan.test")

    assert (finding.verdict, finding.code) == (Verdict.UNSURE, "content_collected")
    assert codes(finding, "contact_us") == [
        "contact_seen",
        "address_same",
        "landline_same",
        "mobile_same",
        "email_seen",
    ]
    assert codes(finding, "about_us") == ["about_seen", "owner_named", "licence_named"]
    assert codes(finding, "rules_page") == ["rules_seen", "withdrawal_named"]
    assert codes(finding, "all_costs") == ["delivery_cost", "tax_named"] or codes(finding, "all_costs") == ["tax_named"]
    assert {item: opinion(finding, item) for item in OPINION} == dict.fromkeys(OPINION, MachineSays.OK)


def test_fet_13_a_crawl_is_at_most_five_pages(sandbox):
    finding = look("golestan.test")

    assert [page.role for page in finding.pages] == ["home", "contact", "about", "rules", "product"]
    assert all(len(page.sha256) == 64 for page in finding.pages)


def test_an_incomplete_shop_shows_what_is_missing(sandbox):
    finding = look("naqes.test")

    assert finding.verdict is Verdict.UNSURE
    assert codes(finding, "contact_us") == [
        "contact_seen",
        "address_missing",
        "landline_missing",
        "mobile_differs",
        "email_missing",
    ]
    assert codes(finding, "prices") == ["price_by_call"]
    assert codes(finding, "online_order") == ["order_absent", "order_by_messenger"]
    assert codes(finding, "about_us") == ["about_absent"]
    assert codes(finding, "rules_page") == ["rules_absent"]
    assert codes(finding, "secure_pages") == ["page_plain"]
    assert {item: opinion(finding, item) for item in OPINION} == dict.fromkeys(OPINION, MachineSays.NOT_OK)


def test_an_idn_shop_is_read_like_any_other(sandbox):
    address = "شیراز، بلوار چمران، پلاک 14"
    finding = look(IDN, address=address, landline="+987136354455", mobile="+989171234567")

    assert opinion(finding, "contact_us") == MachineSays.OK


def test_an_enamad_picture_before_issue_is_a_finding(sandbox):
    sandbox.shop("early.test", template="golestan")
    sandbox.put("early.test", "body", html='<img src="/img/enamad-logo.png" alt="نماد اعتماد الکترونیکی">')

    finding = look("early.test")
    seen = finding.observations["state_emblems"][0]

    assert (seen.code, seen.good, seen.url) == ("enamad_picture", False, "https://early.test/")
    assert says("evidence", [seen]) == ""


def test_the_word_enamad_in_a_text_is_no_picture(sandbox):
    sandbox.shop("words.test", template="golestan")
    sandbox.put("words.test", "body", html="<p>ما درخواست نماد اعتماد (enamad) داده‌ایم.</p>")

    assert codes(look("words.test"), "state_emblems") == ["no_enamad_picture"]


def test_a_link_to_a_page_that_does_not_open_is_told_apart_from_no_link(sandbox):
    html = '<!doctype html><title>x</title><a href="/contact-us">تماس با ما</a><a href="/about">درباره ما</a>'
    sandbox.shop("broken.test", pages={"/": html})

    finding = look("broken.test")

    assert codes(finding, "contact_us") == ["contact_broken"]
    assert codes(finding, "rules_page") == ["rules_absent"]
    assert finding.evidence["broken"] == {"contact": "HTTP 404", "about": "HTTP 404"}


@pytest.mark.parametrize(
    ("settings_of_shop", "verdict", "code"),
    [
        ({"down": True}, Verdict.UNKNOWN, "fetch_unreachable"),
        ({"name_trouble": "NXDOMAIN"}, Verdict.FAILED, "fetch_name_not_found"),
    ],
)
def test_tls_9_a_site_that_does_not_answer_is_unknown_or_failed_with_a_cure(sandbox, settings_of_shop, verdict, code):
    sandbox.shop("silent.test", template="golestan", **settings_of_shop)

    finding = look("silent.test")

    assert (finding.verdict, finding.code) == (verdict, code)


def test_a_home_page_that_is_not_there_fails_with_a_cure(sandbox):
    sandbox.shop("empty.test", pages={"/other": "<p>x</p>"})

    finding = look("empty.test")

    assert (finding.verdict, finding.code, finding.evidence) == (Verdict.FAILED, "home_not_ok", {"status": 404})
    assert "۲۰۰" in STEPS["content"].words["home_not_ok"]


def test_pii_the_evidence_quotes_the_site_and_never_the_file(sandbox):
    finding = look("naqes.test", mobile="+989120000001", landline="+982199999999")
    stored = str([one.as_data() for seen in finding.observations.values() for one in seen])

    assert [secret for secret in ("9120000001", "99999999", "کوچه گلستان") if secret in stored] == []


def test_every_code_has_its_sentence(sandbox):
    for domain in ("golestan.test", "naqes.test"):
        for seen in look(domain).observations.values():
            assert [one.code for one in seen if one.code not in WORDS] == []


def test_the_step_names_its_sentences():
    assert settings.WORLD == "sandbox"
    assert set(STEPS["content"].words) == {"content_collected", "content_accepted", "content_refused", "home_not_ok"}
