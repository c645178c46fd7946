"""Settings. Everything that differs between installations comes from the environment; a wrong value stops the start.

NENNEP_DATA_DIR      where the database, uploads and keys live (default: `var` in the project)
NENNEP_DATABASE_URL  postgresql://user:password@host:port/name; without it, SQLite in the data directory
NENNEP_HOSTS         comma-separated host names that are answered (default: this machine)
NENNEP_ADDRESS       https://chibo.example.vn: how people reach this installation; links in e-mails and codes begin with it
NENNEP_MAIL_URL      smtp://user:password@host:port or smtps://…; without it, e-mails are printed to the console
NENNEP_MAIL_FROM     the sender's address of e-mails
NENNEP_SMS_URL       https://…: a gateway that takes SMS by POST; without it, secretaries send them from their own phones
NENNEP_SMS_TOKEN     sent to the gateway as `Authorization: Bearer …`
NENNEP_SMS_FORMAT    json (default) or form; fields are called to, text and, with NENNEP_SMS_FROM, from
NENNEP_SMS_FIELDS    other names of these fields: recipient,message,brandname
NENNEP_SMS_FROM      the sender's name that the gateway knows
NENNEP_SMS_PLAIN     1: SMS without Vietnamese marks (one message of 160 characters instead of three)
NENNEP_PUSH_ORIGINS  https://push.example.vn,…: push services inside your own network that browsers may name
NENNEP_HTTPS         1 when served over HTTPS by a proxy in front (secure cookies, HSTS)
NENNEP_PROXIES       how many proxies in front add to X-Forwarded-For (default: 1 with NENNEP_HTTPS=1, else 0)
NENNEP_DEBUG         1 for developers
NENNEP_CLOCK         2026-11-09T08:00: start at that moment (demonstrations and tests only)
"""

import os
import secrets
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from csp.constants import NONCE, NONE, SELF
from django.contrib.messages import constants as levels

from nennep.core.data_directory import DATABASE, holds_data, secure
from nennep.core.secret_files import read_or_create
from nennep.notifications.renderers.sms import SmsGateway

PROJECT_DIR = Path(__file__).resolve().parents[3]
SOURCE_DIR = PROJECT_DIR / "src" / "nennep"


def _flag(name: str) -> bool:
    value = os.environ.get(name, "0")
    if value not in {"0", "1"}:
        raise ValueError(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def _count_proxies() -> int:
    """As many as are in front: one too many, and anybody chooses the address that rate limits count by."""
    value = os.environ.get("NENNEP_PROXIES", "1" if _flag("NENNEP_HTTPS") else "0")
    if value not in {"0", "1", "2", "3"}:
        raise ValueError(f"NENNEP_PROXIES must be a number from 0 to 3, not {value!r}")
    return int(value)


def _database(url: str) -> dict[str, object]:
    """Connection of Django from a postgresql:// address; SQLite in the data directory for none."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": NENNEP_DATA_DIR / DATABASE,
            # IMMEDIATE takes the write lock at the start of a transaction: two writers wait, none fails half-way.
            # synchronous FULL keeps every acknowledged write through a power cut.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("NENNEP_DATABASE_URL must begin with postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _gateway(url: str) -> SmsGateway | None:
    """How SMS leave; None without an address. Only the machine itself may be spoken to without HTTPS."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("NENNEP_SMS_URL must begin with https://")
    kind = os.environ.get("NENNEP_SMS_FORMAT", "json")
    fields = os.environ.get("NENNEP_SMS_FIELDS", "to,text,from").split(",")
    if kind not in {"json", "form"}:
        raise ValueError(f"NENNEP_SMS_FORMAT must be json or form, not {kind!r}")
    if len(fields) != len({*filter(None, fields)}) or len(fields) != 3:
        raise ValueError("NENNEP_SMS_FIELDS must be three names: recipient,text,sender")
    to, text, sender = fields
    return SmsGateway(
        url=url,
        token=os.environ.get("NENNEP_SMS_TOKEN", ""),
        form=kind == "form",
        to_field=to,
        text_field=text,
        sender_field=sender,
        sender=os.environ.get("NENNEP_SMS_FROM", ""),
    )


NENNEP_DATA_DIR = Path(os.environ.get("NENNEP_DATA_DIR", PROJECT_DIR / "var")).resolve()
NENNEP_SECRETS_DIR = NENNEP_DATA_DIR / "secrets"
secure(NENNEP_DATA_DIR)
NENNEP_CLOCK: datetime | None = None
if _clock := os.environ.get("NENNEP_CLOCK"):
    NENNEP_CLOCK = datetime.fromisoformat(_clock).replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

DEBUG = _flag("NENNEP_DEBUG")
SECRET_KEY = read_or_create(
    NENNEP_SECRETS_DIR / "django.key",
    lambda: secrets.token_urlsafe(64).encode(),
    is_needed=lambda: holds_data(NENNEP_DATA_DIR),
).decode()
ALLOWED_HOSTS = os.environ.get("NENNEP_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "treebeard",
    "nennep.accounts",  # before allauth: its templates replace theirs
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "nennep.core",
    "nennep.audit",
    "nennep.organizations",
    "nennep.policies",
    "nennep.notifications",
    "nennep.members",
    "nennep.documents",
    "nennep.duties",
    "nennep.petitions",
    "nennep.meetings",
    "nennep.room",
    "nennep.records",
    "nennep.visits",
    "nennep.assessments",
    "nennep.classification",
    "nennep.planning",
    "nennep.reporting",
    "nennep.operations",
    "nennep.exchange",
    "nennep.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages; whitenoise has compressed the static files already
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "nennep.core.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "nennep.core.middleware.SentAgainMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "nennep.core.middleware.BodyLimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nennep.accounts.middleware.ActorMiddleware",
    "nennep.core.middleware.BrowserOwnerMiddleware",
    "nennep.core.middleware.SignedOutFormMiddleware",
    "nennep.core.middleware.ButtonAddressMiddleware",
    "nennep.core.middleware.DomainErrorMiddleware",
    "nennep.core.middleware.BusyDatabaseMiddleware",
]

ROOT_URLCONF = "nennep.site.urls"
WSGI_APPLICATION = "nennep.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nennep.core.context_processors.appearance",
                "nennep.site.context_processors.menu",
            ],
        },
    },
]

DATABASES = {"default": _database(os.environ.get("NENNEP_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# ── language and time ─────────────────────────────────────────────────────────
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [SOURCE_DIR / "site" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["nennep.site.formats"]
MESSAGE_TAGS = {levels.INFO: "", levels.SUCCESS: "ok", levels.WARNING: "warn", levels.ERROR: "stop"}  # kinds of notice

# ── static files and uploads ──────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = NENNEP_DATA_DIR / "static"
MEDIA_ROOT = NENNEP_DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
NENNEP_UPLOAD_LIMIT = 20 * 1024 * 1024  # bytes of one uploaded file
NENNEP_BODY_LIMIT = NENNEP_UPLOAD_LIMIT + 1024 * 1024  # bytes of what one form sends
NENNEP_STRANGER_BODY_LIMIT = 1024 * 1024  # the same of somebody who is not signed in
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Lists send a field or two a row; the longest, told by hand after a merger, has some thousands. Bodies are limited besides.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Counts of tries (rate limits) must be one for all processes of the server.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": NENNEP_DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# ── sign-in ───────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "nennep.accounts.adapters.OwnDataValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "nennep.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_USER_DISPLAY = "nennep.accounts.adapters.display_name"
ACCOUNT_FORMS = {"login": "nennep.accounts.forms.LoginForm"}
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/15m/key", "redeem_code": "20/15m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = _count_proxies()  # else all clients of a proxy share one limit, and one locks out all
MFA_ADAPTER = "nennep.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Nền Nếp"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: typed while the digits changed, or a phone whose clock is slow (RFC 6238, 5.2)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _flag("NENNEP_HTTPS")
USERSESSIONS_TRACK_ACTIVITY = False  # reading a page writes nothing

# ── e-mail ────────────────────────────────────────────────────────────────────
NENNEP_ADDRESS = os.environ.get("NENNEP_ADDRESS", "http://localhost:8000").rstrip("/") + "/"
DEFAULT_FROM_EMAIL = os.environ.get("NENNEP_MAIL_FROM", "nennep@localhost")
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 20
if _mail := os.environ.get("NENNEP_MAIL_URL"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    _mail_parts = urlsplit(_mail)
    EMAIL_HOST, EMAIL_PORT = _mail_parts.hostname, _mail_parts.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail_parts.username or ""), unquote(_mail_parts.password or "")
    EMAIL_USE_SSL = _mail_parts.scheme == "smtps"

# ── messages to phones ────────────────────────────────────────────────────────
NENNEP_SMS_PLAIN = _flag("NENNEP_SMS_PLAIN")
NENNEP_SMS = _gateway(os.environ.get("NENNEP_SMS_URL", ""))
NENNEP_PUSH_ORIGINS = tuple(filter(None, os.environ.get("NENNEP_PUSH_ORIGINS", "").split(",")))

# ── transport and browser ─────────────────────────────────────────────────────
_HTTPS = _flag("NENNEP_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31536000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "nennep.core.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
CSRF_FAILURE_VIEW = "nennep.core.views.show_csrf_failure"

SILENCED_SYSTEM_CHECKS = [
    "security.W004",  # HSTS only where HTTPS is set up
    "security.W008",  # the proxy in front redirects
    "security.W012",  # cookies are secure when NENNEP_HTTPS=1
    "security.W016",  # the same
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # The level stands at the handler too: the job worker sets its loggers to INFO by itself.
    "filters": {"keys": {"()": "nennep.core.http.KeyFilter"}},
    "formatters": {"discreet": {"()": "nennep.core.http.DiscreetFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "level": "WARNING",
            "filters": ["keys"],
            "formatter": "discreet",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
