"""Whether the apps of built-in workspaces that hold records have fields to show them by."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import exists, select

from marketplace.doctor.findings import AT_ONCE, Finding, Patient
from marketplace.kernel.text import Text
from marketplace.sandbox.models import App, AppSettings, Part

RESTORE = Text(
    "作り直せません。バックアップを別の場所に戻して中身を確かめ、何を戻すかをこの団体と決めてください。",
    "They can't be made anew. Restore a backup elsewhere, and agree with the municipality on what to bring back.",
)


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: ARG001, FBT001 - the shape of checks
    """Look for apps whose fields were numbered and are at no stage; a new app has none, and nobody wrote any down."""
    has_fields = exists().where(AppSettings.app_pk == App.pk, AppSettings.part == Part.FIELDS)
    lacking = (App.deleted_at.is_(None), App.last_field_id > 0, App.record_count > 0, ~has_fields)
    chosen = select(App.pk, App.site_id, App.app_id, App.name).where(*lacking).order_by(App.pk)
    after = 0
    while True:
        with patient.reading() as ctx:
            rows = ctx.session.execute(chosen.where(App.pk > after).limit(AT_ONCE)).all()
        if not rows:
            return
        for _, site, number, name in rows:
            text = Text(
                f"アプリ「{name}」（{number}番）のフィールドの設定がありません。ワークスペース {site}",
                f"The app “{name}” (no. {number}) of workspace {site} has lost the settings of its fields",
            )
            yield Finding("app-without-fields", f"workspace:{site}", text, RESTORE)
        after = rows[-1][0]
