"""What the law and the published rules say, as dated rows edited in the admin (typed access: `policy.py`)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from applications.models.choices import BusinessMode, PersonType, Premises, SecondStar, fee_title
from enamad_portal.kernel import guards
from enamad_portal.kernel.dated import DatedRow


class Fee(DatedRow):
    """A tariff in rial."""

    rule = ("kind",)
    kind = models.CharField("تعرفه", max_length=40)
    amount_rial = models.PositiveBigIntegerField("مبلغ (ریال)")

    class Meta(DatedRow.Meta):
        verbose_name = "تعرفه"
        verbose_name_plural = "تعرفه‌ها"

    def __str__(self) -> str:
        return fee_title(self.kind)


class Limit(DatedRow):
    """A number of the rules: an age, a term, a cap. The unit is part of the key's meaning."""

    rule = ("key",)
    key = models.CharField("کلید", max_length=60)
    value = models.BigIntegerField("مقدار")
    unit = models.CharField("یکا", max_length=30)
    meaning = models.CharField("شرح", max_length=200)
    public = models.BooleanField(
        "برای عموم", default=False, help_text="در «شرایط، مدارک و هزینه‌ها» نشان داده شود؛ حدهای درون سامانه نه."
    )

    class Meta(DatedRow.Meta):
        verbose_name = "حد قانونی"
        verbose_name_plural = "حدود قانونی"

    def __str__(self) -> str:
        return self.meaning


class Activity(models.Model):
    """A category of activity (رسته فعالیت)."""

    code = models.CharField("کد", max_length=20, unique=True)
    title = models.CharField("عنوان", max_length=120)
    note = models.CharField("توضیح", max_length=200, blank=True)

    class Meta:
        verbose_name = "رسته فعالیت"
        verbose_name_plural = "رسته‌های فعالیت"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


NEVER_WAIVED = frozenset({"identity", "company", "domain", "landline", "postal", "police", "commitment", "fee"})
"""Where a row asks for these, nobody is excused from them and none of them may fail; for a company, the register of
companies is its identity."""
_STAR_NEEDS = frozenset({"postal", "landline"})


def _names(column: str, keys: frozenset[str]) -> Q:
    """Whether the list in a JSON column names one of the keys; JSON lookups do not look into lists on SQLite."""
    text = Cast(column, models.TextField())
    return Q(*(Contains(text, Value(f'"{key}"')) for key in sorted(keys)), _connector=Q.OR)


class Requirement(DatedRow):
    """Who needs what: one row for a person type and mode, narrowed by activity and premises where the rules differ.

    An application freezes the row of its submission day. Empty activity or premises means any.
    """

    rule = ("person_type", "mode", "activity_id", "premises")
    person_type = models.CharField("نوع شخص", max_length=12, choices=PersonType)
    mode = models.CharField("حالت کسب‌وکار", max_length=16, choices=BusinessMode)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, blank=True, verbose_name="رسته")
    premises = models.CharField("نوع محل", max_length=12, choices=Premises, blank=True)
    sections = models.JSONField("بخش‌های فرم")
    steps = models.JSONField("گام‌های راستی‌آزمایی")
    waivable = models.JSONField("گام‌های قابل معافیت", default=list, blank=True)
    optional_steps = models.JSONField(
        "گام‌هایی که شکست آنها مانع صدور نیست", default=list, blank=True, help_text="مانند ssl که ستاره دوم را می‌دهد"
    )
    documents = models.JSONField("مدارک", default=list, blank=True)
    fee_kind = models.CharField("تعرفه", max_length=40)
    stars = models.PositiveSmallIntegerField("ستاره پایه")
    validity_limit = models.CharField("کلید مدت اعتبار", max_length=60)
    usual_time = models.CharField("زمان معمول", max_length=60, blank=True)

    class Meta(DatedRow.Meta):
        verbose_name = "الزامات"
        verbose_name_plural = "جدول الزامات"
        constraints = [
            *DatedRow.Meta.constraints,
            models.CheckConstraint(
                condition=~_names("waivable", NEVER_WAIVED), name="requirement_waives_nothing_that_must_pass"
            ),
            models.CheckConstraint(
                condition=~_names("optional_steps", NEVER_WAIVED), name="requirement_lets_nothing_fail_that_must_pass"
            ),
            models.CheckConstraint(
                condition=Q(stars=0)
                | (_names("steps", frozenset({"postal"})) & _names("steps", frozenset({"landline"}))),
                name="requirement_star_needs_postal_and_landline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_person_type_display()}، {self.get_mode_display()}"

    def clean(self) -> None:
        """The same rules as the CHECKs, said to whoever edits the row."""
        super().clean()
        wrong: dict[str, str] = {}
        for column, forbidden in (("waivable", "معاف نمی‌شود"), ("optional_steps", "با شکست آن نماد نمی‌گیرد")):
            if keys := sorted(NEVER_WAIVED & set(getattr(self, column))):
                wrong[column] = f"هیچ‌کس از این گام‌ها {forbidden}: {'، '.join(keys)}. آنها را از این فهرست بردارید."
        if self.stars and (missing := sorted(_STAR_NEEDS - set(self.steps))):
            wrong["steps"] = f"نماد ستاره‌دار بی این گام‌ها صادر نمی‌شود: {'، '.join(missing)}. آنها را بیفزایید."
        if wrong:
            raise ValidationError(wrong)


class CommitmentText(DatedRow):
    """A version of the commitment (تعهدنامه) a person accepts; its hash is stored with the acceptance."""

    rule = ("person_type",)
    person_type = models.CharField("نوع شخص", max_length=12, choices=PersonType)
    label = models.CharField("نسخه", max_length=20)
    clauses = models.JSONField("بندها")
    first_accepted_at = models.DateTimeField("نخستین پذیرش", null=True, blank=True, editable=False)
    """Set by the first acceptance; from then on the database refuses another wording."""

    class Meta(DatedRow.Meta):
        verbose_name = "متن تعهدنامه"
        verbose_name_plural = "متن‌های تعهدنامه"

    def __str__(self) -> str:
        return f"{self.get_person_type_display()} {self.label}"


guards.FROZEN.append(guards.Frozen(CommitmentText, "first_accepted_at", ("person_type", "label", "clauses")))


class StarRule(DatedRow):
    """How the second star is earned on a day: the earlier rule gave it for SSL, the later one for a paid ranking."""

    second_star = models.CharField("ستاره دوم", max_length=10, choices=SecondStar)

    class Meta(DatedRow.Meta):
        verbose_name = "قاعده ستاره‌ها"
        verbose_name_plural = "قاعده‌های ستاره"

    def __str__(self) -> str:
        return str(self.get_second_star_display())
