"""نشانی: a letter with two codes goes to the address; whoever lives or works there can return both.

The letter is ordered once its postage is paid and may be handed only to the applicant or a first-degree relative.
"""

from datetime import timedelta

from applications.verification.facts import CaseFacts
from enamad_portal.kernel.messaging import Channel, Draft
from enamad_portal.kernel.steps import Challenge


class PostalLetterCodes(Challenge[CaseFacts]):
    key = "postal"
    title = "تأیید نشانی با نامه"
    call = "نشانی با نامه پستی تأیید می‌شود: هزینه پست را بپردازید و پس از رسیدن نامه، دو کد آن را وارد کنید."
    words = {
        "postal_returned": "هر دو کد نامه درست بود و نشانی تأیید شد.",
        "letter_to_other": "هر دو کد درست بود، ولی پست نامه را به فرد دیگری داده است؛ کارشناس بررسی می‌کند.",
        "letter_on_the_way": "نامه سفارش داده شد و به نشانی شما می‌رود. با رسیدن آن، دو کدش را وارد کنید.",
        "letter_delivered": "پست نامه را تحویل داده است؛ دو کد آن را وارد کنید.",
        "letter_returned": (
            "نامه به نشانی شما نرسید و برگشت خورد. نشانی و کد پستی را بررسی کنید، اگر نادرست است در فرم درستش کنید "
            "و نامه تازه‌ای بخواهید."
        ),
        "letter_lost": "پست نامه را گم کرد. نامه تازه‌ای بخواهید؛ برای آن هزینه‌ای نمی‌پردازید.",
        "letter_spent": "کد نامه بیش از اندازه اشتباه وارد شد و دیگر پذیرفته نمی‌شود. نامه تازه‌ای بخواهید.",
        "letter_expired": "زمان کدهای این نامه گذشته است. نامه تازه‌ای بخواهید.",
    }
    needs = ("domain",)
    after = ("postal_code",)
    life = timedelta(days=30)
    """For the page only; the row `letter_code_days` holds."""
    on_request = True
    codes = 2

    def compose(self, facts: CaseFacts) -> Draft:
        context = {
            "reference": facts.reference,
            "domain": facts.domain,
            "shop": facts.shop_name,
            "name": f"{facts.first_name} {facts.last_name}",
            "codes": [f"{{code_{place}}}" for place in range(1, self.codes + 1)],
        }
        return Draft(Channel.LETTER, facts.postal_code, "letter_address", context)
