"""The settings under which tests run: the real ones, in a data directory of their own, without the slow parts.

pytest-django loads this before any conftest, so the directory is chosen before the real settings read it.
`NENNEP_DATABASE_URL` chooses PostgreSQL; without it, SQLite.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data_dir = Path(tempfile.mkdtemp(prefix="nennep-test-"))
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)
os.environ["NENNEP_DATA_DIR"] = str(_data_dir)
os.environ.pop("NENNEP_CLOCK", None)
os.environ["NENNEP_DEBUG"] = "0"
os.environ["NENNEP_HTTPS"] = "0"

from cryptography.fernet import Fernet  # noqa: E402

from nennep.core.secret_files import read_or_create  # noqa: E402
from nennep.site.settings import *  # noqa: E402, F403  (the directory above comes first)
from nennep.site.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Made at the start of an installation, which these tests have not.
read_or_create(_data_dir / "secrets" / "encryption.keys", Fernet.generate_key)
read_or_create(_data_dir / "secrets" / "hash.key", lambda: b"of the tests")
STATIC_ROOT = _data_dir / "static"
STATIC_ROOT.mkdir()  # whitenoise warns about a missing one
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads of a live server and of tests about locking each need their own connection.
    DATABASES["default"]["TEST"] = {"NAME": _data_dir / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
    }
