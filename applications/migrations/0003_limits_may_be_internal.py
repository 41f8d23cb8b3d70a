"""The public page shows the limits that concern applicants; rows from before were all shown, so all but ours stay."""

from django.db import migrations, models

INTERNAL = (
    "calls_per_day",
    "claim_hours",
    "code_sends_10_minutes",
    "code_sends_day",
    "code_sends_hour",
    "code_sends_hour_per_visitor",
    "letter_rounds",
    "remind_first_days",
    "remind_last_days",
    "reveals_per_hour",
    "sms_per_day",
    "snippet_first_look_hours",
)


def keep_showing(apps, _schema_editor):
    apps.get_model("applications", "Limit").objects.exclude(key__in=INTERNAL).update(public=True)


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_nobody_is_excused_from_what_must_pass")]

    operations = [
        migrations.AddField(
            model_name="limit",
            name="public",
            field=models.BooleanField(
                default=False,
                help_text="در «شرایط، مدارک و هزینه\u200cها» نشان داده شود؛ حدهای درون سامانه نه.",
                verbose_name="برای عموم",
            ),
        ),
        migrations.RunPython(keep_showing, migrations.RunPython.noop),
    ]
