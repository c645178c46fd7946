"""Whether the database is sound, and has the tables that this version of the program wants."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def has_pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def require_sound() -> None:
    """Raise DatabaseError for a database file that is damaged. A server of its own looks after its files itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
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
