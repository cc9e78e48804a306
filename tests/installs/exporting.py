"""Makes a draft bundle of live apps, as the service does for authors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.bundle.checking import check
from marketplace.bundle.model import Bundle
from marketplace.kintone.client import KintoneClient
from marketplace.publishing.exports.drafting import ExportOrder, export_apps

ORDER = ExportOrder("read-back", "読み出したアプリ", "アプリ一式です。", "sangyo", "CC-BY-4.0")


@dataclass(frozen=True)
class Exported:
    """The bundle, whom its placeholders stand for, and what did not come along."""

    bundle: Bundle
    replaced: dict[str, str]
    """The code by the key of the placeholder."""
    left: tuple[object, ...]


def export(client: KintoneClient, app_ids: Sequence[str]) -> Exported:
    made = export_apps(client, list(app_ids), ORDER)
    assert [finding.as_dict() for finding in check(made.bundle) if finding.is_error] == []
    replaced = {one.key: one.code for one in made.replaced}
    return Exported(made.bundle, replaced, (*made.left, *made.lost_apps))
