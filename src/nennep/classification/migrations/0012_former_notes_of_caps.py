"""What was said of a cap before, by whom and when: of a group of a round its author moves along."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classification", "0011_cases_recorded_at")]

    operations = [
        migrations.RenameField(model_name="capnote", old_name="by_name", new_name="noted_by"),
        migrations.AlterField(
            model_name="capnote", name="noted_by", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.AddField(model_name="capnote", name="noted_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="capnote", name="former_notes", field=models.JSONField(default=list)),
        migrations.AddField(
            model_name="unitreview", name="noted_by", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.AddField(model_name="unitreview", name="noted_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="unitreview", name="former_notes", field=models.JSONField(default=list)),
    ]
