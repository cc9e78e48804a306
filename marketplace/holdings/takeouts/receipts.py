"""Receipts of imports as documents."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from marketplace.installs.receipt import make_receipt
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text


def receipt_document(ctx: Context, import_id: str) -> dict[str, Any]:
    """Return the receipt of an import as JSON can keep it."""
    receipt = make_receipt(ctx, import_id)
    progress, import_ = receipt.progress, receipt.import_
    return {
        "import": import_.id,
        "template": f"{progress.template.publisher_code}/{progress.template.slug}",
        "version": progress.version.number,
        "publisher": asdict(receipt.publisher),
        "workspace": {"id": import_.workspace_id, "name": receipt.workspace_name},
        "state": import_.state.value,
        "started_by": receipt.started_by,
        "created_at": import_.created_at,
        "finished_at": import_.finished_at,
        "apps": [asdict(app) for app in receipt.apps],
        "placeholders": [
            {"key": each.key, "kind": each.kind.value, "label": _both(each.label), "code": each.code}
            for each in receipt.placeholders
        ],
        "target": asdict(receipt.target) if receipt.target else None,
        "lists": [asdict(each) for each in receipt.lists],
        "left_behind": [_both(each) for each in receipt.left_behind],
        "verification": receipt.verification.result if receipt.verification else None,
    }


def _both(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}
