"""Run every benchmark of bench/, one after the other: each prints what it measured beside what it is compared with."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def benchmark_modules(folder: Path) -> list[str]:
    """Every file of the folder that can be run: those that end by calling `main()`."""
    return [
        f"{folder.name}.{path.stem}"
        for path in sorted(folder.glob("*.py"))
        if '__name__ == "__main__"' in path.read_text("utf-8")
    ]


def main() -> None:
    failed = []
    for name in benchmark_modules(PROJECT / "bench"):
        print(f"── {name}", flush=True)
        if subprocess.run([sys.executable, "-m", name], cwd=PROJECT, check=False).returncode != 0:
            failed.append(name)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
