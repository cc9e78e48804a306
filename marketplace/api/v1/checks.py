"""Checking an installation: whether what runs is still what the template says."""

from __future__ import annotations

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.imports import FailureOut, ProgressOut
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.receipts import VerificationOut
from marketplace.api.v1.shapes import SameObject
from marketplace.edge.context import context
from marketplace.installs.checks import queries, services
from marketplace.installs.checks.models import CheckState
from marketplace.kernel.text import Text


class InstallationCheckOut(Schema):
    """The latest check of an installation.

    `verification` is what the last check that came to its end (at `checked_at`) showed: it stays while the next one is
    under way, or if that one fails. Its differences are what the municipality changed since; records are not compared.
    """

    installation_id = fields.String(required=True, attribute="installation.id")
    state = fields.String(
        required=True, attribute="check.state", metadata={"enum": [state.value for state in CheckState]}
    )
    progress = SameObject(ProgressOut, required=True)
    verification = fields.Nested(VerificationOut, required=True, allow_none=True)
    checked_at = fields.AwareDateTime(required=True, allow_none=True, attribute="check.checked_at")
    error = fields.Nested(FailureOut, required=True, allow_none=True, attribute="failure")
    asked_by = fields.String(required=True, attribute="check.asked_by")
    asked_at = fields.AwareDateTime(required=True, attribute="check.asked_at")
    finished_at = fields.AwareDateTime(required=True, allow_none=True, attribute="check.finished_at")


@bp.post("/installations/<installation_id>/checks")
@operation(
    Text(
        "導入済みのテンプレートの今の設定を照合する（進行中の照合があれば、それに加わる）",
        "Check an installation against its template; joins a check that is under way",
    ),
    answer=InstallationCheckOut(),
    status=202,
    creates=True,
    refusals=(409,),
)
def check_installation(installation_id: str) -> Result:
    ctx = context()
    services.check_installation(ctx, installation_id)
    address = f"/api/v1/installations/{installation_id}/checks/latest"
    return Result(queries.get_check(ctx, installation_id), {"Location": address})


@bp.get("/installations/<installation_id>/checks/latest")
@operation(
    Text("今の設定の照合の進み具合と結果", "Read the latest check of an installation"), answer=InstallationCheckOut()
)
def get_installation_check(installation_id: str) -> Result:
    return Result(queries.get_check(context(), installation_id))
