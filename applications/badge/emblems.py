"""What each answer of the logo looks like: colour, shape and word, so that none is told by colour alone.

Everything here is copied into nginx maps as well: no apostrophe, dollar sign or backslash.
"""

from dataclasses import dataclass

from applications.lifecycle import PUBLIC_CODE, BadgeState

_SHIELD = (
    '<path d="M60 27 43 33.3v11.5c0 10.4 7.2 18 17 21.2 9.8-3.2 17-10.8 17-21.2V33.3z" fill="{ink}"/>'
    '<path d="M60 27v39c9.8-3.2 17-10.8 17-21.2V33.3z" fill="#fff" opacity=".13"/>'
)
_CIRCLE = '<circle cx="60" cy="51.5" r="21" fill="{ink}"/>'
_OCTAGON = '<path d="M51.3 30.5h17.4L81 42.8v17.4L68.7 72.5H51.3L39 60.2V42.8z" fill="{ink}"/>'
_TRIANGLE = (
    '<path d="M60 31.5 82 71H38z" fill="{ink}" stroke="{ink}" stroke-width="4" stroke-linejoin="round"/>'
    '<path d="M60 44v13" {line}/><circle cx="60" cy="64.5" r="2.8" fill="#fff"/>'
)
_LINE = 'fill="none" stroke="#fff" stroke-width="4.5" stroke-linecap="round" stroke-linejoin="round"'
_CHECK = '<path d="m51.5 46.5 6 6 11-12.5" {line}/>'
_CLOCK = '<path d="M60 37v10.5l6.5 4.5" {line}/>'
_SANDS = (
    '<path d="M51.5 39.5h17M51.5 63.5h17M53.5 40v4.5l6.5 7 6.5-7V40M53.5 63v-4.5l6.5-7 6.5 7V63" '
    'fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>'
)
_PAUSE = '<path d="M53.5 43v17M66.5 43v17" {line}/>'
_CROSS = '<path d="m52 43.5 16 16m0-16-16 16" {line}/>'
_DASH = '<path d="M51 51.5h18" {line}/>'
_QUESTION = (
    '<path d="M53.5 46.5c0-8.5 13-8.5 13 0 0 5-6.5 5-6.5 10.5" {line}/><circle cx="60" cy="64" r="2.8" fill="#fff"/>'
)
_EYE = (
    '<path d="M46.5 51.5c7-10.5 20-10.5 27 0-7 10.5-20 10.5-27 0z" '
    'fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round"/><circle cx="60" cy="51.5" r="4" fill="#fff"/>'
)


@dataclass(frozen=True, slots=True)
class Emblem:
    """One look. `word` stands under the sign, `said` is the sentence for people who hear the page."""

    ink: str
    sign: str
    word: str
    said: str
    tint: str
    below: str = ""
    """A second, smaller line under the word."""

    @property
    def shape(self) -> str:
        return self.sign.replace("{ink}", self.ink).replace("{line}", _LINE)


_VALID = Emblem("#0a5c53", _SHIELD + _CHECK, "معتبر", "معتبر است", "#e2f1ee")
SMALL = Emblem(
    "#5d6b68", _SHIELD + _CHECK, "معتبر", "معتبر است؛ کسب‌وکار خرد، بدون ستاره", "#eceff1", below="کسب‌وکار خرد"
)
_PENDING = Emblem(
    "#1c4f86", _SHIELD + _CLOCK, "معتبر", "معتبر است و در انتظار پروانه کسب", "#e8f0f9", below="در انتظار پروانه"
)

STATES = {
    PUBLIC_CODE[BadgeState.ACTIVE]: _VALID,
    PUBLIC_CODE[BadgeState.ACTIVE_PENDING_LICENCE]: _PENDING,
    PUBLIC_CODE[BadgeState.EXPIRED]: Emblem(
        "#7a5200", _CIRCLE + _SANDS, "منقضی شده", "منقضی شده است و اعتبار ندارد", "#fff4dc"
    ),
    PUBLIC_CODE[BadgeState.SUSPENDED]: Emblem(
        "#b8430b", _CIRCLE + _PAUSE, "تعلیق شده", "تعلیق شده است و اکنون اعتبار ندارد", "#fdece0"
    ),
    PUBLIC_CODE[BadgeState.REVOKED]: Emblem(
        "#a3140f", _OCTAGON + _CROSS, "ابطال شده", "ابطال شده است و اعتبار ندارد", "#fdeceb"
    ),
    PUBLIC_CODE[BadgeState.CANCELLED]: Emblem(
        "#3f4a57", _CIRCLE + _DASH, "لغو شده", "به درخواست صاحب آن لغو شده است و اعتبار ندارد", "#eceff3"
    ),
}
"""By public status code (contracts: public web)."""

VALID_CODES = (PUBLIC_CODE[BadgeState.ACTIVE], PUBLIC_CODE[BadgeState.ACTIVE_PENDING_LICENCE])
FOREIGN = Emblem("#b8430b", _TRIANGLE, "این نماد متعلق به", "متعلق به سایت دیگری است", "#fdece0")
UNKNOWN = Emblem("#6b7280", _CIRCLE + _QUESTION, "ناشناخته", "نمادی با این شناسه صادر نشده است", "#eef0f3")
NEUTRAL = Emblem("#4a6280", _CIRCLE + _EYE, "برای دیدن وضعیت", "وضعیت نماد را با کلیک ببینید", "#eaeff5")
