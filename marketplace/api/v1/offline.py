"""Imports that are carried in by hand: the signed package, the keys that sign it, and the report that comes back."""

from __future__ import annotations

import hashlib

from flask import current_app
from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.imports import ImportOut
from marketplace.api.v1.operation import Result, operation
from marketplace.edge.context import context, marketplace_app
from marketplace.installs import queries
from marketplace.installs.offline.making import make_package
from marketplace.installs.offline.publishing import PACKAGE, published_keys
from marketplace.installs.offline.report_input import MOST_BYTES, ReportInput
from marketplace.installs.offline.reporting import take_report
from marketplace.kernel.text import Text


class SigningKeyOut(Schema):
    """The public half of a key that signs packages."""

    id = fields.String(required=True)
    algorithm = fields.String(required=True)
    public_key = fields.String(required=True, metadata={"format": "byte"})
    fingerprint = fields.String(required=True)
    is_current = fields.Boolean(required=True)


class SigningKeyListOut(Schema):
    """The keys of this service, the one in use first."""

    items = fields.List(fields.Nested(SigningKeyOut), required=True)


@bp.get("/signing-keys")
@operation(
    Text("パッケージに署名する鍵の公開鍵", "List the public keys that packages are signed with"),
    answer=SigningKeyListOut(),
    token=False,
)
def list_signing_keys() -> Result:
    return Result(published_keys(marketplace_app().ports.signer))


@bp.get("/imports/<import_id>/package")
@operation(
    Text("持ち込み用のパッケージ（carry）", "Download the package to carry in (carry)"), media=PACKAGE, refusals=(409,)
)
def download_package(import_id: str) -> Result:
    content = make_package(context(), import_id, current_app.config["PUBLIC_URL"])
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
        "Content-Disposition": f'attachment; filename="{import_id}.yokoten"',
    }
    return Result(lambda: content, headers)


@bp.put("/imports/<import_id>/report")
@operation(
    Text("持ち込んだ導入の結果を報告する（carry）", "Report what became of a package (carry)"),
    body=ReportInput(),
    most_bytes=MOST_BYTES,
    answer=ImportOut(),
    refusals=(409,),
)
def report_import(import_id: str, data: dict[str, object]) -> Result:
    take_report(context(), import_id, data)
    return Result(queries.get_import(context(), import_id))
