from django.db import migrations


class Migration(migrations.Migration):
    """In a migration of its own: PostgreSQL changes no table in the transaction that has just written into it."""

    dependencies = [("duties", "0002_several_helpers")]

    operations = [migrations.RemoveField(model_name="duty", name="helper")]
