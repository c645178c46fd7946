"""Every operation of the API answers as its own contract says, whatever it is sent (schemathesis)."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok

EXAMPLES = 15  # of each operation


def test_every_operation_keeps_its_contract(live_server: Any) -> None:
    contract = schemathesis.openapi.from_url(f"{live_server.url}/api/v1/openapi.json")
    operations = [result.ok() for result in contract.get_all_operations() if isinstance(result, Ok)]
    assert operations != []
    for operation in operations:
        _try_out(operation)


def _try_out(operation: Any) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def keeps_its_contract(case: Case[Any]) -> None:
        case.call_and_validate()

    keeps_its_contract()
