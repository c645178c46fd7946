import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from nennep.core.http import KeyFilter, is_this_machine, next_address, tell_arrival

ELSEWHERE = [
    "//elsewhere.example/x",
    "https://elsewhere.example/x",
    "javascript:alert(1)",
    "x",
    "",
    "http://testserver",
]


def test_the_next_page_is_the_one_that_was_asked_for_in_the_form_or_else_in_the_address() -> None:
    factory = RequestFactory()
    assert next_address(factory.get("/", {"tiep": "/a/"}), "/b/") == "/a/"
    assert next_address(factory.post("/", {"tiep": "/a/"}), "/b/") == "/a/"
    assert next_address(factory.post("/?tiep=/c/", {"tiep": "/a/"}), "/b/") == "/a/"
    assert next_address(factory.post("/?tiep=/c/"), "/b/") == "/c/"
    assert next_address(factory.get("/"), "/b/") == "/b/"


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_a_page_that_is_not_ours_is_never_the_next_one(wanted: str) -> None:
    assert next_address(RequestFactory().get("/", {"tiep": wanted}), "/b/") == "/b/"


def _log(arguments: object) -> logging.LogRecord:
    record = logging.makeLogRecord({"msg": "%s %s", "args": arguments})
    assert KeyFilter().filter(record)
    return record


@pytest.mark.parametrize(
    ("number", "told"),
    [("1764400000000", True), ("1" * 16, True), ("1" * 17, False), ("١٢", False), ("1;a=b", False), ("", False)],
)
def test_the_page_is_told_when_its_file_has_come(number: str, *, told: bool) -> None:
    answer = tell_arrival(RequestFactory().get("/", {"phieu": number}), HttpResponse())
    assert [cookie.value for cookie in answer.cookies.values()] == ([number] if told else [])


def test_the_key_of_a_calendar_stays_out_of_the_log() -> None:
    assert _log(("GET", "/lich/abc123/lich.ics")).getMessage() == "GET /lich/…/lich.ics"
    assert _log(("/lich/", 404)).getMessage() == "/lich/ 404"


@pytest.mark.parametrize(
    ("address", "only_here"),
    [
        ("http://localhost:8000/", True),
        ("http://127.0.0.1:8204", True),
        ("http://[::1]:8000", True),
        ("https://chibo.example.vn", False),
        ("http://chibo.example.vn:8000", False),
        ("http://localhost.example.vn", False),
        ("", False),
    ],
)
def test_an_address_of_this_machine_opens_nowhere_else(address: str, *, only_here: bool) -> None:
    assert is_this_machine(address) is only_here
