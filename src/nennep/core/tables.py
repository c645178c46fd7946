"""Whether the database is sound, and has the tables that this version of the program wants."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def has_pending_migrations() -> bool:
    return bool(list_pending_migrations())


def list_pending_migrations() -> list[str]:
    """`application.name` of what is not applied yet, in the order in which it will be."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def list_newest_migrations() -> dict[str, str]:
    """The last applied migration of each application."""
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        app: max(name for other, name in applied if other == app) for app in sorted({app for app, _name in applied})
    }


def list_known_migrations() -> dict[str, set[str]]:
    """Names of the migrations that this version has, by application; looked for in files, not in the database."""
    found: dict[str, set[str]] = {}
    for app, name in MigrationLoader(None).disk_migrations or ():
        found.setdefault(app, set()).add(name)
    return found


def require_sound(*, thorough: bool = False) -> None:
    """Raise DatabaseError for a database file that is damaged. A server of its own looks after its files itself.

    `thorough` compares indexes with their rows too and follows every reference, which takes as long as reading the file.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)" if thorough else "PRAGMA quick_check(1)")
        found = cursor.fetchone()[0]
    if found != "ok":
        raise DatabaseError(f"malformed: {found}")


def describe_damage(error: DatabaseError) -> str:
    """One sentence about a database file that is damaged or none; empty for every other error."""
    said = str(error).strip()
    if connection.vendor != "sqlite" or not any(words in said for words in ("malformed", "not a database")):
        return ""
    path = connection.settings_dict["NAME"]
    return f"cơ sở dữ liệu {path} bị hỏng ({said}). Hãy giữ tệp đó lại và chép bản sao lưu gần nhất vào chỗ của nó."
