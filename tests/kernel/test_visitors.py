from django.test import RequestFactory

from enamad_portal.kernel.visitors import source_of


def test_code_1_a_visitor_is_counted_by_address_unless_all_share_one(settings):
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    assert source_of(request) == "192.0.2.7"
    settings.VISITORS_SHARE_AN_ADDRESS = True
    assert source_of(request) == ""
