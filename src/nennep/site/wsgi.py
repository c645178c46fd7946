"""The entry point of the web server (granian --interface wsgi nennep.site.wsgi:application)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nennep.site.settings")
application = get_wsgi_application()
