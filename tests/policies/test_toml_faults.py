"""A text that is no TOML is told in words, with its line; never in the library's English."""

import ast
import inspect
import tomllib
from importlib import import_module

import pytest

from nennep.policies.importers.toml_faults import _FAULTS, say_fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\n=", "dòng này không có dạng tên = giá trị (dòng 2, cột 1)"),
        ("a = 1 b", "sau giá trị còn thừa chữ; số lẻ viết dấu chấm, như 7.5 (dòng 1, cột 7)"),
        ("a = 7,5", "sau giá trị còn thừa chữ; số lẻ viết dấu chấm, như 7.5 (dòng 1, cột 6)"),
        ("[a]\nb = 1\n[a]\n", "tên này đã ghi ở trên (dòng 3, cột 3)"),
        ("a = 1\na = 2", "tên này đã ghi ở trên (cuối tệp)"),
        ("a = {b = 1, b = 2}", "tên này đã ghi ở trên (dòng 1, cột 18)"),
        ("a 1", "sau tên thiếu dấu = (dòng 1, cột 3)"),
        ("[a", "thiếu dấu ] khép lại (cuối tệp)"),
        ("a = [1 2]", "thiếu dấu ] khép lại (dòng 1, cột 8)"),
        ("a = {b = 1", "thiếu dấu } khép lại (cuối tệp)"),
        ('a = "x', "thiếu dấu nháy khép lại (cuối tệp)"),
        ("a = 'x", "thiếu dấu nháy khép lại (cuối tệp)"),
        ('a = "C:\\quy"', "dấu \\ trong chữ phải viết đôi (dòng 1, cột 10)"),
        ('a = "\\u00g0"', "mã ký tự sau dấu \\ không đúng (dòng 1, cột 8)"),
        ('a = "x\ny"', "có ký tự không được phép (dòng 1, cột 7)"),
        ("a = 2026-02-30", "ngày, giờ này không có trong lịch (dòng 1, cột 5)"),
        ("điểm = 1", "dòng này không có dạng tên = giá trị (dòng 1, cột 1)"),
        ("[điểm]", "tên phải bắt đầu bằng chữ không dấu hoặc số (dòng 1, cột 2)"),
        ("a = X", "giá trị viết không đúng; chữ phải để trong dấu nháy (dòng 1, cột 5)"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as refused:
        tomllib.loads(text)
    assert say_fault(str(refused.value)) == said


def test_what_the_library_raises_without_a_sentence_is_said_too() -> None:
    assert [say_fault(name) for name in ("RecursionError", "UnicodeDecodeError", "ValueError")] == [
        "lồng nhau quá sâu",
        "tệp không phải chữ UTF-8",
        "viết sai cú pháp",
    ]


def test_every_sentence_that_the_library_has_is_known() -> None:
    """Another version of it may say more."""
    calls = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(import_module("tomllib._parser"))))
        if isinstance(node, ast.Call)
    ]
    sentences = [_start_of(call.args[2]) for call in calls if getattr(call.func, "id", "") == "suffixed_err"]
    assert len(sentences) > 20
    assert [one for one in sentences if not any(one.startswith(start) for start, _words in _FAULTS)] == []


def _start_of(node: ast.expr) -> str:
    part = node.values[0] if isinstance(node, ast.JoinedStr) else node
    assert isinstance(part, ast.Constant)
    return str(part.value)
