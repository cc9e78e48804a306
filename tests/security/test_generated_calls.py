"""What the OpenAPI document says, and what it forbids, is sent to every endpoint: each answer keeps the document."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from marketplace.api.v1.openapi import build_document
from marketplace.kernel.text import Language
from tests.conftest import undone
from tests.municipalities.factories import MIHON
from tests.security.planted import Planted, token_header

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
FEW, MANY = 1, 25
"""How many calls of each kind an endpoint gets: in a few seconds, and in some 100."""


@pytest.fixture(scope="module")
def operations(planted: Planted) -> list[APIOperation]:
    """Every operation of the document."""
    with planted.app.app_context():
        document = build_document(planted.app, Language.EN, "http://localhost")
    found = [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]
    assert len(found) > 80
    return found


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_every_answer_keeps_the_document(planted, operations, mode, count):
    statuses = set()
    for operation in operations:
        statuses |= called(planted, operation, mode, count)
    assert statuses >= ({200, 202, 404, 409, 422} if mode is GenerationMode.POSITIVE else {400, 401, 422})


def called(planted: Planted, operation: APIOperation, mode: GenerationMode, count: int) -> set[int]:
    """Call an operation with what is there and with generated input; whatever that changes is undone."""
    ids, sessions, statuses = {**planted.ids, "number": "1", "code": MIHON}, planted.app.sessions, set()

    @seed(1)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def call(case: Case) -> None:
        case.path_parameters.update({name: ids[name] for name in case.path_parameters})
        answer = case.call(app=planted.app, headers=token_header(planted.token.secret))
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    try:
        with undone(sessions.engine) as planted.app.sessions:
            call()
    finally:
        planted.app.sessions = sessions
    return statuses
