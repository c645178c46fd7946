"""The commands of this program, each with its sentence. Read from their files: importing them would take a second."""

import ast
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def list_commands() -> dict[str, str]:
    """Sentence by name as people type it (`import-members`), in the order of names."""
    files = [path for path in _PACKAGE.glob("*/management/commands/*.py") if not path.stem.startswith("_")]
    return {path.stem.replace("_", "-"): read_sentence(path) for path in sorted(files, key=lambda path: path.stem)}


def read_sentence(file: Path) -> str:
    """The `help` of the class Command in that file; empty when it says none."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Command"]
    for node in [statement for command in classes for statement in command.body]:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "help":
            return str(ast.literal_eval(node.value))
    return ""


def describe_commands() -> str:
    """What `nennep --help` prints."""
    commands = list_commands()
    width = max(map(len, commands))
    rows = [f"  {name:<{width}}  {sentence}" for name, sentence in commands.items()]
    return "\n".join(
        [
            "Nền Nếp: sinh hoạt chi bộ vào nền nếp.",
            "",
            "Cách gõ: nennep LỆNH [TÙY CHỌN]",
            "",
            *rows,
            "",
            "Tùy chọn của một lệnh: nennep LỆNH --help. Các lệnh của Django: nennep django.",
        ]
    )
