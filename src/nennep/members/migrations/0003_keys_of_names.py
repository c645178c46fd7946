from typing import Any

from django.db import migrations

from nennep.core.text import name_sort_key


def renew_keys(apps: Any, _schema_editor: Any) -> None:
    """Keys of names with Ð, or with the tone in its newer place, were another person's; the others stay as they are."""
    members = apps.get_model("members", "Member")._base_manager
    changed = []
    for member in members.only("pk", "full_name", "name_key").iterator():
        key = name_sort_key(member.full_name)
        if key != member.name_key:
            member.name_key = key
            changed.append(member)
    members.bulk_update(changed, ["name_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("members", "0002_reach_by_sms")]

    operations = [migrations.RunPython(renew_keys, migrations.RunPython.noop)]
