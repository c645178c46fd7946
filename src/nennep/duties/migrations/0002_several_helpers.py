import django.db.models.deletion
from django.db import migrations, models


def keep_helpers(apps, schema_editor):
    """Whoever helped alone helps as the first of several."""
    duty, database = apps.get_model("duties", "Duty"), schema_editor.connection.alias
    link = duty.helpers.through
    helped = duty.objects.using(database).filter(helper__isnull=False).order_by("pk").values_list("pk", "helper_id")
    rows = [link(duty_id=task, member_id=helper) for task, helper in helped]
    link.objects.using(database).bulk_create(rows, batch_size=1000)


def keep_first(apps, schema_editor):
    duty, database = apps.get_model("duties", "Duty"), schema_editor.connection.alias
    links = duty.helpers.through.objects.using(database)
    for task, helper in links.order_by("-pk").values_list("duty_id", "member_id"):
        duty.objects.using(database).filter(pk=task).update(helper_id=helper)


class Migration(migrations.Migration):

    dependencies = [
        ("duties", "0001_initial"),
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="duty",
            name="helper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="members.member",
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="helpers",
            field=models.ManyToManyField(blank=True, related_name="helped_duties", to="members.member"),
        ),
        migrations.RunPython(keep_helpers, keep_first),
    ]
