"""The one place that runs PostgreSQL's own programs."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

_PLACES = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}


def run_program(name: str, arguments: Sequence[str], *, database: Mapping[str, Any]) -> None:
    """Run `pg_dump` or `pg_restore` on the database of Django's settings; the password goes by the environment.

    Raises OSError with the last line of what it said, FileNotFoundError when there is no such program.
    """
    program = shutil.which(name)
    if program is None:
        raise FileNotFoundError(f"thiếu chương trình {name} của PostgreSQL (gói postgresql-client)")
    access = {variable: str(database[key]) for variable, key in _PLACES.items() if database[key]}
    command, environment = [program, *arguments], {**os.environ, **access}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  our own
    if done.returncode:
        said = done.stderr.strip().splitlines() or [str(done.returncode)]
        raise OSError(f"{name}: {said[-1]}")
