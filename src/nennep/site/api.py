"""The JSON API under /api/v1/: its root, and the one place where errors become problem+json (RFC 9457).

A context that has an API exports a `Router` from its `api.py`; it is added here. The contract is committed as
docs/openapi.json (`make openapi`), so that every change of it is reviewed.
"""

from http import HTTPStatus
from importlib import metadata
from typing import Any, cast

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import django_auth

from nennep.core import clock
from nennep.core.errors import Conflict, DomainError, NotAllowed, NotFound
from nennep.core.http import ActorRequest
from nennep.core.problems import Problem
from nennep.core.refusals import explain_refusal
from nennep.operations.choices import Light
from nennep.operations.queries.checks import list_checks
from nennep.operations.rules import find_worst

PROBLEM_TYPE = "application/problem+json"
_STATUS: dict[type[DomainError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409}


class ContractAPI(NinjaAPI):
    """django-ninja writes every answer down as JSON; refusals are problem+json, and the contract has to say so."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for path in schema["paths"].values():
            for operation in path.values():
                _name_problems(operation["responses"])
        return schema


def _name_problems(responses: dict[int, dict[str, Any]]) -> None:
    for status, response in responses.items():
        if int(status) >= 400 and "application/json" in response.get("content", {}):
            response["content"] = {PROBLEM_TYPE: response["content"]["application/json"]}


api = ContractAPI(
    title="Nền Nếp",
    version="1",
    description="The monthly life of grassroots Party cells. Errors are application/problem+json.",
    auth=django_auth,
    docs_url=None,  # its page loads scripts from elsewhere; the contract itself is at openapi.json
    urls_namespace="api",
)


class Health(Schema):
    """`status` is `ok` when the program answers and reaches its database."""

    status: str


class Version(Schema):
    """The program's version, and the language its sentences are in by default."""

    version: str
    language: str


@api.get("/health", auth=None, response=Health, summary="Does the program answer and reach its database?")
def show_health(request: HttpRequest) -> Health:
    """Asked by supervisors and load balancers: 200, or 500 when the database is out of reach."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Health(status="ok")


class DeepCheck(Schema):
    """One point of `nennep check`: `light` is `ok`, `warn` or `fail`."""

    point: str
    light: str
    words: str


class DeepHealth(Schema):
    """`status` is the worst light of all points."""

    status: str
    checks: list[DeepCheck]


@api.get(
    "/health/deep",
    response={200: DeepHealth, 503: DeepHealth, 401: Problem, 404: Problem},
    summary="How does the whole installation stand?",
)
def show_deep_health(request: HttpRequest) -> Status[DeepHealth]:
    """For those who keep the installation; 503 when something is broken."""
    checks = list_checks(actor=cast("ActorRequest", request).actor, now=clock.now())
    rows = [DeepCheck(point=check.point, light=check.light, words=check.words) for check in checks]
    worst = find_worst(checks)
    return Status(503 if worst == Light.FAIL else 200, DeepHealth(status=worst, checks=rows))


@api.get("/version", response={200: Version, 401: Problem}, summary="Which version is this?")
def show_version(request: HttpRequest) -> Version:
    return Version(version=metadata.version("nennep"), language=settings.LANGUAGE_CODE)


@api.exception_handler(DomainError)
def answer_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    error = explain_refusal(error, getattr(request, "actor", None))
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 422)
    return _problem(status, str(error), code=error.code, field=error.field or None)


@api.exception_handler(ValidationError)
def answer_bad_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The request does not have the shape of the contract."""
    faults = [{"where": [str(part) for part in fault["loc"]], "message": fault["msg"]} for fault in error.errors]
    return _problem(422, HTTPStatus(422).phrase, code="bad_shape", faults=faults)


@api.exception_handler(AuthenticationError)
def answer_not_signed_in(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return _problem(401, HTTPStatus(401).phrase, code="not_signed_in")


@api.exception_handler(HttpError)
def answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(error.status_code, str(error), code="http_error")


def _problem(status: int, title: str, *, code: str, **details: Any) -> JsonResponse:
    problem = Problem(status=status, title=title, code=code, **details)
    return JsonResponse(problem.model_dump(exclude_none=True), status=status, content_type=PROBLEM_TYPE)
