from typing import Any

from django.db import migrations, models

from nennep.core.text import name_sort_key


def write_keys(apps: Any, _schema_editor: Any) -> None:
    """Accounts are sorted by given name, as members are."""
    users = apps.get_model("accounts", "User")._base_manager
    found = list(users.only("pk", "full_name"))
    for user in found:
        user.name_key = name_sort_key(user.full_name)
    users.bulk_update(found, ["name_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_code_of_a_unit")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="name_key",
            field=models.CharField(db_index=True, default="", editable=False, max_length=600),
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
    ]
