"""What applicants type is kept before it is saved: sealed, one row per section of a case."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import enamad_portal.kernel.sealing.fields


class Migration(migrations.Migration):
    dependencies = [("applications", "0005_let_the_proof_of_an_appeal_go")]

    operations = [
        migrations.CreateModel(
            name="SectionDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seal_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("shop", "فروشگاه و دامنه"),
                            ("activity", "زمینه فعالیت"),
                            ("contact", "راه\u200cهای تماس"),
                            ("turnover", "حجم فروش"),
                            ("volume", "حجم فروش"),
                            ("legal", "شخص حقوقی"),
                            ("place", "محل و تلفن ثابت"),
                            ("shop_account", "حساب آزمایشی فروشگاه"),
                            ("logo", "نشان فروشگاه"),
                        ],
                        max_length=20,
                        verbose_name="بخش",
                    ),
                ),
                ("typed", enamad_portal.kernel.sealing.fields.SealedJSONField(verbose_name="نوشته\u200cها")),
                ("kept_at", models.DateTimeField(verbose_name="زمان")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="section_drafts",
                        to="applications.application",
                    ),
                ),
            ],
            options={
                "verbose_name": "پیش\u200cنویس بخش",
                "verbose_name_plural": "پیش\u200cنویس\u200cهای بخش\u200cها",
                "constraints": [
                    models.UniqueConstraint(fields=("application", "section"), name="one_draft_per_section")
                ],
            },
        ),
    ]
