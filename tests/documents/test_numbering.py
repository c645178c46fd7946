"""Numbers of papers when several programs of the installation take them at once (web processes, the job worker)."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from nennep.documents.models import NumberSequence
from tests.factories.cells import make_cell

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db(transaction=True)
def test_processes_that_take_numbers_at_once_leave_no_gap() -> None:
    cell = make_cell()
    database = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.documents.take_numbers", database, str(cell.pk), "9"]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _number in range(3)]  # noqa: S603  our own
    said = [process.communicate(timeout=120)[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    taken = [int(number) for numbers in said for number in numbers]
    assert sorted(taken) == list(range(1, 19))
    assert NumberSequence.objects.get(organization=cell).last == 18
