"""`nennep plan-visits TỆP [--seconds N] [--out TỆP]`: officials' visits to cells, planned from a file with the problem."""

import json
import math
import os
import tempfile
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from nennep.planning.choices import DEFAULT_SECONDS
from nennep.planning.rules.problem import MalformedProblem, read_problem


class Command(BaseCommand):
    help = "Lập kế hoạch cấp ủy viên dự sinh hoạt chi bộ từ tệp bài toán JSON; in kế hoạch dạng JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="TỆP", type=Path, help="tệp .json ghi bài toán")
        parser.add_argument(
            "--seconds", type=read_seconds, default=DEFAULT_SECONDS, metavar="N", help="tìm tối đa N giây"
        )
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="cùng số này thì cùng kế hoạch")
        parser.add_argument("--out", type=Path, metavar="TỆP", help="ghi kế hoạch vào tệp này; không có thì in ra")

    def handle(self, *args: Any, file: Path, seconds: float, seed: int, out: Path | None, **options: Any) -> None:
        from nennep.planning.solver import solve

        try:
            problem = read_problem(read_json(file))
        except MalformedProblem as error:
            raise CommandError(_("Bài toán trong tệp chưa đúng: %(error)s") % {"error": error}) from None
        if out is not None:
            require_writable(out)
        plan = json.dumps(solve(problem, seconds=seconds, seed=seed).to_json(), ensure_ascii=False, indent=1)
        if out is None:
            self.stdout.write(plan)
        else:
            write_whole(out, plan + "\n")


def read_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise ArgumentTypeError(_("số giây phải là một số lớn hơn 0, đồng chí viết “%(text)s”.") % {"text": text})
    return seconds


def read_json(file: Path) -> object:
    """Whatever the file holds; what cannot be read is one sentence."""
    try:
        return json.loads(file.read_bytes().decode("utf-8-sig"), object_pairs_hook=_refuse_twins)
    except OSError:
        reason = _("không đọc được tệp này; hãy xem lại tên tệp.")
    except UnicodeDecodeError:
        reason = _("tệp không viết bằng UTF-8.")
    except json.JSONDecodeError as error:
        reason = _("không phải JSON, sai ở dòng %(line)d cột %(column)d.") % {
            "line": error.lineno,
            "column": error.colno,
        }
    except RecursionError:
        reason = _("JSON lồng nhau quá sâu.")
    except ValueError as error:
        reason = str(error)
    raise CommandError(f"{file}: {reason}")


def _refuse_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A name that stands twice in one object: which of the two is meant, nobody knows."""
    item = dict(pairs)
    if len(item) < len(pairs):
        names = [name for name, _value in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("tên “%(name)s” đứng hai lần trong một đối tượng.") % {"name": twin})
    return item


def require_writable(out: Path) -> None:
    """Said before the search, not after it."""
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise CommandError(_("Không ghi được vào %(file)s; hãy chọn một tệp khác ở --out.") % {"file": out})


def write_whole(out: Path, text: str) -> None:
    """The whole file or none: a reader never sees half a plan."""
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise CommandError(_("Không ghi được vào %(file)s; hãy chọn một tệp khác ở --out.") % {"file": out}) from None
