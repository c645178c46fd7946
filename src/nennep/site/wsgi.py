"""The entry point of the web server (granian --interface wsgi nennep.site.wsgi:application)."""

import os

from django.core.wsgi import get_wsgi_application

from nennep.core.events import load_handlers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nennep.site.settings")
application = get_wsgi_application()
load_handlers()  # a request that changes something does not wait for them
