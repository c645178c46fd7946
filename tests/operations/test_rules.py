from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.operations.choices import Light, Point
from nennep.operations.rules import (
    BACKUP_AGE,
    CLOCK_SLIP,
    DISK_EMPTY,
    DISK_LOW,
    POSTGRES_PART,
    SQLITE_PART,
    BackupPart,
    Check,
    Manifest,
    ManifestUnfit,
    choose_outdated,
    find_difference,
    find_worst,
    is_safe_name,
    judge_backup,
    judge_clock,
    judge_disk,
    judge_files,
    judge_jobs,
    read_manifest,
)

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PARTS = (
    BackupPart(SQLITE_PART, 3, "aa"),
    BackupPart("media/documents/1", 5, "bb"),
    BackupPart("secrets/hash.key", 64, "cc"),
)
MANIFEST = Manifest(NOW, "0.1.0", "sqlite", {"members": "0007_x"}, PARTS)


@pytest.mark.parametrize(
    ("free", "light"),
    [
        (DISK_LOW, Light.OK),
        (DISK_LOW - 1, Light.WARN),
        (DISK_EMPTY, Light.WARN),
        (DISK_EMPTY - 1, Light.FAIL),
        (0, Light.FAIL),
    ],
)
def test_the_disk_warns_before_it_is_full(free: int, light: Light) -> None:
    assert judge_disk(free=free, total=10 * DISK_LOW).light == light


def test_the_disk_is_said_as_disks_are_sold() -> None:
    assert judge_disk(free=77_436 * 10**6, total=258 * 10**9).words == "còn trống 77,4 GB trong 258,0 GB"


@pytest.mark.parametrize(
    ("age", "failed", "light"),
    [
        (timedelta(0), 0, Light.OK),
        (BACKUP_AGE, 0, Light.OK),
        (BACKUP_AGE + SECOND, 0, Light.WARN),
        (timedelta(hours=1), 1, Light.WARN),
        (None, 0, Light.WARN),
    ],
)
def test_a_backup_is_too_old_after_two_days(age: timedelta | None, failed: int, light: Light) -> None:
    last = None if age is None else NOW - age
    assert judge_backup(last_good=last, failed_since=failed, now=NOW).light == light


@pytest.mark.parametrize(
    ("newest", "is_set", "light"),
    [
        (None, False, Light.OK),
        (NOW + CLOCK_SLIP, False, Light.OK),
        (NOW + CLOCK_SLIP + SECOND, False, Light.FAIL),
        (NOW + CLOCK_SLIP + SECOND, True, Light.FAIL),
        (NOW, True, Light.WARN),
    ],
)
def test_a_clock_behind_the_trail_is_broken(newest: datetime | None, is_set: bool, light: Light) -> None:
    assert judge_clock(newest=newest, now=NOW, is_set=is_set).light == light


def test_jobs_that_wait_or_hang_are_broken_and_failed_ones_are_named() -> None:
    lights = [
        judge_jobs(waiting=w, running=r, failed=f).light for w, r, f in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))
    ]
    assert lights == [Light.OK, Light.FAIL, Light.FAIL, Light.WARN]
    assert judge_jobs(waiting=2, running=0, failed=3).words == "2 việc chờ quá 15 phút; 3 việc hỏng trong 14 ngày qua"


def test_one_missing_file_is_broken() -> None:
    assert [judge_files(rows=4, missing=missing).light for missing in (0, 1)] == [Light.OK, Light.FAIL]


def test_the_worst_light_is_that_of_the_whole() -> None:
    checks = [Check(Point.DISK, light, "") for light in (Light.OK, Light.FAIL, Light.WARN)]
    assert (find_worst(checks), find_worst(checks[::2]), find_worst(())) == (Light.FAIL, Light.WARN, Light.OK)


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert read_manifest(MANIFEST.to_json()) == MANIFEST


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"\xff", MANIFEST.to_json().replace(b'"format": 1', b'"format": 2')]
)
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(ManifestUnfit):
        read_manifest(content)


def test_the_first_part_that_differs_is_named() -> None:
    changed = [replace(PARTS[1], sha256="xx"), PARTS[0], PARTS[2]]
    assert find_difference(MANIFEST, PARTS[::-1]) == ""
    assert find_difference(MANIFEST, changed) == "media/documents/1"
    assert find_difference(MANIFEST, PARTS[:2]) == "secrets/hash.key"
    assert find_difference(MANIFEST, (*PARTS, BackupPart("media/x", 1, ""))) == "media/x"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        (SQLITE_PART, True),
        (POSTGRES_PART, True),
        ("media/documents/a.pdf", True),
        ("secrets/hash.key", True),
        ("media", False),
        ("other/a", False),
        ("media/../a", False),
        ("media/./a", False),
        ("media//a", False),
        ("/media/a", False),
        ("media/a\\b", False),
        ("media/a\0b", False),
        ("static/a", False),
        ("", False),
    ],
)
def test_no_part_lies_outside_of_where_it_is_put_back(name: str, safe: bool) -> None:
    assert is_safe_name(name) is safe


@given(st.sets(st.integers(0, 5)), st.integers(1, 4))
def test_the_newest_are_kept_and_foreign_files_are_left_alone(days: set[int], keep: int) -> None:
    ours = [f"nennep-2026110{day}-030000.backup" for day in days]
    outdated = choose_outdated([*ours, "notes.txt", "nennep-old.backup"], keep=keep)
    assert set(ours) - set(outdated) == set(sorted(ours)[-keep:])
    assert set(outdated) <= set(ours)


def test_the_list_is_text_that_a_person_can_read_and_two_lists_can_be_compared_line_by_line() -> None:
    part = BackupPart("media/ảnh", 5, "bb")
    assert Manifest(NOW, "0.1.0", "sqlite", {}, (part,)).to_json().decode().splitlines() == [
        "{",
        ' "database": "sqlite",',
        ' "format": 1,',
        ' "made_at": "2026-11-29T12:00:00+00:00",',
        ' "migrations": {},',
        ' "parts": [',
        "  {",
        '   "name": "media/ảnh",',
        '   "sha256": "bb",',
        '   "size": 5',
        "  }",
        " ],",
        ' "program": "0.1.0"',
        "}",
    ]
