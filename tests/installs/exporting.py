"""Makes a draft bundle of live apps, as the service does for authors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.bundle.checking import check
from marketplace.bundle.model import Bundle
from marketplace.exports.drafting import draft_apps
from marketplace.exports.history import History
from marketplace.exports.inputs import ExportOrder
from marketplace.kintone.client import KintoneClient


@dataclass(frozen=True)
class Exported:
    """The bundle, whom its placeholders stand for, and what did not come along."""

    bundle: Bundle
    replaced: dict[str, str]
    """The code by the key of the placeholder."""
    left: tuple[object, ...]


def export(client: KintoneClient, app_ids: Sequence[str]) -> Exported:
    keys = {app_id: f"app-{number}" for number, app_id in enumerate(app_ids, start=1)}
    order = ExportOrder(
        apps=tuple(app_ids),
        slug="read-back",
        name="読み出したアプリ",
        summary="アプリ一式です。",
        category="sangyo",
        license="CC-BY-4.0",
        keys=keys,
    )
    made = draft_apps(client, order, History(), lambda _progress: None)
    assert [finding.as_dict() for finding in check(made.bundle) if finding.is_error] == []
    replaced = {one.key: one.code for one in made.report.replaced}
    return Exported(made.bundle, replaced, (*made.report.left, *made.report.lost))
