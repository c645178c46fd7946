from tools.lock_requirements import lock_commands


def test_every_lock_has_hashes_and_no_index() -> None:
    commands = lock_commands("uv", upgrade=False)
    assert [command[-1] for command in commands] == [
        "--output-file=requirements/build.txt",
        "--output-file=requirements/run.txt",
        "--output-file=requirements/postgres.txt",
        "--output-file=requirements/dev.txt",
    ]
    assert all({"--generate-hashes", "--no-emit-index-url", "--universal"} <= set(command) for command in commands)
    assert not any("--upgrade" in command for command in commands)


def test_upgrading_is_asked_for() -> None:
    assert all("--upgrade" in command for command in lock_commands("uv", upgrade=True))
