"""A process of its own that takes numbers: `python -m tests.documents.take_numbers DATABASE CELL COUNT`. Prints what it kept."""

import os
import sys

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from django.db import transaction

    from nennep.core.access import Actor
    from nennep.documents.choices import PaperType
    from nennep.documents.services import take_number
    from nennep.organizations.models import Organization
    from tests.factories.core import NOW

    cell = Organization.objects.get(pk=sys.argv[2])
    for turn in range(int(sys.argv[3])):
        with transaction.atomic():
            number = take_number(
                actor=Actor.system(), organization=cell, paper_type=PaperType.RESOLUTION, term=None, now=NOW
            )
            transaction.set_rollback(turn % 3 == 0)  # a paper that is not written gives its number back
        if turn % 3:
            sys.stdout.write(f"{number}\n")
