"""`nennep plan-visits`: a file in, a file out; one sentence when something is wrong."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from nennep.planning.rules.checker import find_faults
from nennep.planning.rules.problem import read_problem
from tests.factories.planning import SAMPLES, cell_data, official_data, problem_data, read_sample, visit


def written(folder: Path, data: object) -> str:
    file = folder / "bài toán.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    return str(file)


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        call_command("plan_visits", *arguments, stdout=io.StringIO())
    return str(error.value)


def test_a_plan_is_printed() -> None:
    output = io.StringIO()
    call_command("plan_visits", str(SAMPLES / "small.json"), stdout=output)
    plan: dict[str, Any] = json.loads(output.getvalue())
    assert list(plan) == ["visits", "levels", "bounds", "status", "seconds", "unmet"]
    assert (plan["levels"], plan["bounds"], plan["status"], plan["unmet"]) == (
        [0, 0, 0, 447],
        [0, 0, 0, 447],
        "optimal",
        [],
    )
    visits = [visit(one["official"], one["cell"], one["date"]) for one in plan["visits"]]
    assert find_faults(read_problem(read_sample("small")), visits) == []


def test_a_plan_is_written_and_replaces_an_older_one(tmp_path: Path) -> None:
    out = tmp_path / "kế hoạch.json"
    out.write_text("cũ", "utf-8")
    printed = io.StringIO()
    call_command("plan_visits", str(SAMPLES / "small.json"), "--out", str(out), "--seconds", "5", stdout=printed)
    assert json.loads(out.read_text("utf-8"))["levels"] == [0, 0, 0, 447]
    assert (printed.getvalue(), [file.name for file in tmp_path.iterdir()]) == ("", ["kế hoạch.json"])


def test_impossible_is_planned_with_reasons(tmp_path: Path) -> None:
    data = problem_data(officials=[official_data(min_visits=400)], cells=[cell_data(meetings=[])])
    output = io.StringIO()
    call_command("plan_visits", written(tmp_path, data), stdout=output)
    plan = json.loads(output.getvalue())
    assert (plan["levels"], plan["status"]) == ([400, 3, 0, 0], "optimal")
    assert [sorted(unmet) for unmet in plan["unmet"]] == [["missing", "official", "why"], ["cell", "missing", "why"]]


def test_malformed_names_the_path(tmp_path: Path) -> None:
    file = written(tmp_path, problem_data(officials=[official_data(home=[21.0])]))
    assert refused(file) == "Bài toán trong tệp chưa đúng: officials[0].home: phải là [vĩ độ, kinh độ]."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "không phải JSON, sai ở dòng 1 cột 1."),
        ('{"year": 2027,}', "không phải JSON, sai ở dòng 1 cột 15."),
        ('{"year": 2027, "year": 2028}', "tên “year” đứng hai lần trong một đối tượng."),
        ("[" * 100_000, "JSON lồng nhau quá sâu."),
    ],
)
def test_what_is_not_json(tmp_path: Path, text: str, reason: str) -> None:
    file = written(tmp_path, text)
    assert refused(file) == f"{file}: {reason}"


def test_numbers_of_thousands_of_digits_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path, '{"year": ' + "9" * 5000 + "}")
    assert refused(file).startswith(f"{file}: ")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert refused(str(tmp_path)) == f"{tmp_path}: không đọc được tệp này; hãy xem lại tên tệp."
    foreign = tmp_path / "foreign.json"
    foreign.write_bytes(b'{"year": "\xff"}')
    assert refused(str(foreign)) == f"{foreign}: tệp không viết bằng UTF-8."


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    file = tmp_path / "windows.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(problem_data()).encode())
    call_command("plan_visits", str(file), stdout=io.StringIO())


@pytest.mark.parametrize("out", ["", "không có/kế hoạch.json"])
def test_where_nothing_can_be_written(tmp_path: Path, out: str) -> None:
    target = tmp_path / out
    expected = f"Không ghi được vào {target}; hãy chọn một tệp khác ở --out."
    assert refused(str(SAMPLES / "small.json"), "--out", str(target)) == expected


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "một phút"])
def test_seconds_that_are_none(seconds: str) -> None:
    assert seconds in refused(str(SAMPLES / "small.json"), f"--seconds={seconds}")


def test_from_the_shell_it_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    file = written(tmp_path, problem_data(year="2027"))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", "from nennep.site.console import main; main()", "plan-visits", file],
        env=os.environ | {"NENNEP_DATA_DIR": str(tmp_path), "PYTHONPATH": "src"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "CommandError: Bài toán trong tệp chưa đúng: year: phải là một số nguyên.\n"
