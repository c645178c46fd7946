"""The reading of paths that test_permissions goes by finds what is written without having asked, and nothing else."""

import ast

import pytest

from tests.architecture.order import Summary, summarize

WRITE, READ = "actor.require(Permission.MEMBERS_WRITE, path)", "actor.require(Permission.MEMBERS_READ, path)"
SAVE = "row.save()"


def read(*lines: str) -> Summary:
    body = "\n".join(f"    {line}" for text in lines for line in text.splitlines())
    (function,) = ast.parse(f"def write(*, actor: Actor, row: Row, paths: list[str]) -> None:\n{body}").body
    assert isinstance(function, ast.FunctionDef)
    return summarize("nowhere", function, {})


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((WRITE, SAVE), id="in-order"),
        pytest.param(("actor.require_program()", SAVE), id="program"),
        pytest.param(("with transaction.atomic():", f"    {WRITE}", f"    {SAVE}"), id="inside-with"),
        pytest.param(("if a:", f"    {WRITE}", "else:", f"    {WRITE}", SAVE), id="both-branches"),
        pytest.param(("if a:", f"    {WRITE}", "else:", "    raise Refused", SAVE), id="other-branch-raises"),
        pytest.param(("if a:", "    return", WRITE, SAVE), id="early-return"),
        pytest.param(("if a:", f"    {WRITE}", f"    {SAVE}"), id="ask-and-write-in-one-branch"),
        pytest.param(("if not actor.may(Permission.MEMBERS_WRITE, path):", "    raise NotAllowed", SAVE), id="may"),
        pytest.param(("if a and actor.may(Permission.MEMBERS_WRITE, path):", f"    {SAVE}"), id="may-and"),
        pytest.param(("if a or not actor.may(Permission.MEMBERS_WRITE, path):", "    return", SAVE), id="or-not-may"),
        pytest.param(
            ("if not any(actor.may(Permission.MEMBERS_WRITE, one) for one in paths):", "    raise NotAllowed", SAVE),
            id="any-may",
        ),
        pytest.param(("for path in (a, b):", f"    {WRITE}", SAVE), id="loop-over-values"),
        pytest.param(("for path in paths:", f"    {WRITE}", f"    {SAVE}"), id="inside-a-loop"),
        pytest.param(("try:", f"    {WRITE}", "finally:", "    unlock()", SAVE), id="try"),
        pytest.param((WRITE, "transaction.on_commit(lambda: row.save())"), id="later"),
        pytest.param((WRITE, "rows = [one.save() for one in row.others]"), id="comprehension"),
    ],
)
def test_asking_first_on_every_path_is_clean(lines: tuple[str, ...]) -> None:
    found = read(*lines)
    assert found.dirty == ""
    assert found.written != ""


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((SAVE, WRITE), id="order"),
        pytest.param((READ, SAVE), id="permission-to-read"),
        pytest.param(("somebody.require(Permission.MEMBERS_WRITE, path)", SAVE), id="another-actor"),
        pytest.param(("if a:", f"    {WRITE}", SAVE), id="one-branch"),
        pytest.param(("if a:", f"    {WRITE}", "elif b:", "    pass", "else:", f"    {WRITE}", SAVE), id="elif"),
        pytest.param(
            ("if a and not actor.may(Permission.MEMBERS_WRITE, path):", "    raise NotAllowed", SAVE), id="and"
        ),
        pytest.param(("if a or actor.may(Permission.MEMBERS_WRITE, path):", f"    {SAVE}"), id="or"),
        pytest.param(
            ("if actor.may(Permission.MEMBERS_WRITE, path):", "    raise NotAllowed", SAVE), id="turned-round"
        ),
        pytest.param(
            ("if not all(actor.may(Permission.MEMBERS_WRITE, one) for one in paths):", "    raise NotAllowed", SAVE),
            id="all-of-none",
        ),
        pytest.param(("for path in paths:", f"    {WRITE}", SAVE), id="loop-over-none"),
        pytest.param(("for path in (a, b):", "    if c:", "        break", f"    {WRITE}", SAVE), id="broken-loop"),
        pytest.param(("a and actor.require(Permission.MEMBERS_WRITE, path)", SAVE), id="short-circuit"),
        pytest.param(("ask = lambda: actor.require(Permission.MEMBERS_WRITE, path)", SAVE), id="never-called"),
        pytest.param(("try:", f"    {WRITE}", "except Refused:", "    pass", SAVE), id="swallowed"),
        pytest.param(("with suppress(Refused):", f"    {WRITE}", SAVE), id="suppressed"),
        pytest.param(("match kind:", "    case 1:", f"        {WRITE}", SAVE), id="match"),
        pytest.param(("transaction.on_commit(lambda: row.save())",), id="lambda"),
        pytest.param(("Row.objects.filter(a=row.save())",), id="argument"),
    ],
)
def test_a_path_that_writes_without_having_asked_is_found(lines: tuple[str, ...]) -> None:
    assert read(*lines).dirty != ""


def test_asking_must_come_before_every_return() -> None:
    assert read(WRITE, "return row").asks
    assert not read("if a:", "    return None", WRITE, "return row").asks
    assert not read("pass").asks


def test_looking_at_who_acts_is_asking_for_own_rows_alone() -> None:
    (function,) = ast.parse("def write(*, actor: Actor, row: Row):\n  mine(actor.user_id)\n  row.save()").body
    assert isinstance(function, ast.FunctionDef)
    assert [summarize("nowhere", function, {}, own=own).dirty for own in (True, False)] == ["", "3 row.save"]


def test_the_permission_may_be_handed_over() -> None:
    assert read("actor.require(permission, path)", SAVE) == Summary(asks=True, hands_on=True, written="3 row.save")
