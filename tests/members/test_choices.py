"""What a standing, and the state of an import, is (rules.md §1.8, §6)."""

import pytest

from nennep.members.choices import ImportState, Standing


@pytest.mark.parametrize("standing", list(Standing))
def test_only_official_and_probationary_members_work_in_the_cell(standing: Standing) -> None:
    expected = standing.value in {"official", "probationary"}
    assert (standing.is_active, standing in Standing.active()) == (expected, expected)


@pytest.mark.parametrize("state", list(ImportState))
def test_a_job_has_a_file_from_the_queue_until_it_is_written(state: ImportState) -> None:
    assert state.is_in_work is (state.value in {"queued", "running"})
