"""The case page through a browser of one role, and a case whose documents and site a person must judge."""

import io

from PIL import Image

from applications.models import ApplicationDocument
from enamad_portal.kernel import documents, uploads, use_cases
from tests.accounts.staff_member import member, sign_in
from tests.applications.review_case import on_the_desk, reviewed_requirement

STEPS = ("identity", "mobile", "domain", "email", "documents", "content", "commitment", "police", "fee")
BASE = "/admin/applications/application/case"


def with_documents(domain="golestan-shop.ir", owner=None, requirement=None):
    """On the desk with one document asked for, documents and content waiting for an officer's eye."""
    if requirement is None:
        requirement = reviewed_requirement(steps=STEPS)
        requirement.documents = [{"key": "national_card", "title": "کارت ملی"}]
        requirement.save()
    return on_the_desk(domain, owner, requirement, unsure=("documents", "content"))


def attached(case, key="national_card"):
    picture = io.BytesIO()
    Image.new("RGB", (400, 250), "white").save(picture, "PNG")
    laid = documents.lay_down(uploads.inspect("card.png", picture.getvalue()))
    owner = case.business.owner.user_id
    kept = use_cases.run(documents.keep, laid, owner_id=owner, subject=case.subject_key, kind=key)
    return ApplicationDocument.objects.create(application=case, key=key, document=kept)


def entered(client, role, case=None, drift=0):
    """The browser signed in as a new member of that role, holding the case if one is given."""
    client.logout()
    client.user = member(role.value, role)
    sign_in(client, role.value, drift)
    if case is not None:
        client.post(f"{BASE}/{case.reference}/claim/")
    return client


def page_of(client, case):
    return client.get(f"{BASE}/{case.reference}/").content.decode()
