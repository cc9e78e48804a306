"""Makes the package of an import: the same bytes however often it is asked for."""

from __future__ import annotations

import base64
import hashlib

from sqlalchemy import select

from marketplace.bundle.model import JsonObject
from marketplace.bundle.writing import store_files
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.installs.models import Import, ImportMode, Step
from marketplace.installs.offline.errors import ImportNotCarriedError
from marketplace.installs.offline.statement import (
    BUNDLE,
    ORDER,
    SIGNATURE,
    STATEMENT,
    VALID_FOR,
    Statement,
    signed_bytes,
    written,
)
from marketplace.installs.policy import require_installer
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.signing import ALGORITHM
from marketplace.municipalities.models import Municipality
from marketplace.workspaces.models import Workspace


def find_carried(ctx: Context, import_id: str) -> Import:
    """Return an import of the caller's own that is carried in by hand. Raises NotFoundError, ImportNotCarriedError."""
    import_ = ctx.session.get(Import, import_id) if import_id.isprintable() else None
    if import_ is None:
        raise NotFoundError
    require_installer(ctx.actor, municipality_code=import_.municipality_code, workspace_id=import_.workspace_id)
    if import_.mode is not ImportMode.CARRY:
        raise ImportNotCarriedError
    return import_


def make_package(ctx: Context, import_id: str, service: str) -> bytes:
    """Return the package of an import; `service` is the address of this service.

    Raises NotFoundError, ForbiddenError, ImportNotCarriedError, and what the blob store raises.
    """
    import_ = find_carried(ctx, import_id)
    version = ctx.session.get_one(TemplateVersion, import_.version_id)
    files = {BUNDLE: ctx.ports.blobs.get(version.digest), ORDER: written(_order(ctx, import_))}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    statement = written(_statement(ctx, import_, version, service, digests).as_document())
    key = ctx.ports.signer.public_keys()[0]
    signature: JsonObject = {
        "algorithm": ALGORITHM,
        "key": key.id,
        "public_key": base64.b64encode(key.raw).decode("ascii"),
        "signature": base64.b64encode(ctx.ports.signer.sign(signed_bytes(statement))).decode("ascii"),
    }
    return store_files({**files, SIGNATURE: written(signature), STATEMENT: statement})


def _order(ctx: Context, import_: Import) -> JsonObject:
    steps = ctx.session.scalars(select(Step).where(Step.import_id == import_.id).order_by(Step.position))
    return {
        "placeholders": import_.placeholders,
        "app_names": import_.app_names,
        "localise": import_.localise,
        "moment": import_.created_at.isoformat(),
        "sample_records": import_.with_sample_records,
        "steps": [
            {"kind": step.kind.value, "app": step.app_key, "app_name": step.app_name, "intent": step.intent}
            for step in steps
        ],
    }


def _statement(ctx: Context, import_: Import, version: TemplateVersion, service: str, digests: JsonObject) -> Statement:
    workspace = ctx.session.get_one(Workspace, import_.workspace_id)
    template = ctx.session.get_one(Template, import_.template_id)
    return Statement(
        import_id=import_.id,
        service=service,
        municipality=ctx.session.get_one(Municipality, import_.municipality_code).name,
        workspace=workspace.name,
        kintone=workspace.kintone_address,
        guest_space=workspace.kintone_guest_space,
        template=f"{template.publisher_code}/{template.slug}",
        version=version.number,
        made_at=import_.created_at.isoformat(),
        valid_until=(import_.created_at + VALID_FOR).isoformat(),
        files=digests,
    )
