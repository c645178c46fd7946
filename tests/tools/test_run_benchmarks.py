from pathlib import Path

from tools.run_benchmarks import benchmark_modules


def test_only_what_can_be_run_is_a_benchmark(tmp_path: Path) -> None:
    folder = tmp_path / "bench"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "files.py").write_text("def make_file() -> None: ...\n")
    (folder / "roll_call.py").write_text('if __name__ == "__main__":\n    print(1)\n')
    (folder / "import_members.py").write_text('if __name__ == "__main__":\n    print(2)\n')
    assert benchmark_modules(folder) == ["bench.import_members", "bench.roll_call"]
