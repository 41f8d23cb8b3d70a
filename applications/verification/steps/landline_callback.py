"""تلفن ثابت: a code goes over the line, either way round. It proves control of a number, never a place:
cloud landlines are sold openly, so nothing here may be shown as «محل تأیید شد».
"""

from datetime import timedelta
from typing import Any

from applications.verification.facts import CaseFacts
from enamad_portal.kernel.iran.phones import mask_landline
from enamad_portal.kernel.messaging import Channel, Draft
from enamad_portal.kernel.steps import Challenge


class LandlineCallback(Challenge[CaseFacts]):
    key = "landline"
    title = "تلفن ثابت"
    call = "تلفن ثابت را تأیید کنید: ما تماس می‌گیریم و کد را می‌خوانیم، یا شما با همان خط تماس بگیرید."
    words = {"landline_returned": "در اختیار داشتن این شماره ثابت شد؛ این تماس محل کسب‌وکار را ثابت نمی‌کند."}
    needs = ("domain",)
    life = timedelta(minutes=10)
    on_request = True

    def compose(self, facts: CaseFacts) -> Draft:
        return Draft(Channel.CALL, facts.landline, "call_code")

    def proves(self, facts: CaseFacts) -> dict[str, Any]:
        return {"proves": "number_control", "number": mask_landline(facts.landline)}
