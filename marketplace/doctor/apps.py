"""Whether the apps of built-in workspaces have their settings, and those that were installed are there."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import exists, select, tuple_

from marketplace.doctor.findings import AT_ONCE, Finding, Patient
from marketplace.installs.models import Installation
from marketplace.kernel.text import Text
from marketplace.sandbox.models import App, AppSettings, Site, Stage

RESTORE = Text(
    "作り直せません。バックアップを別の場所に戻して中身を確かめ、何を戻すかをこの団体と決めてください。",
    "It can't be made anew. Restore a backup elsewhere, and agree with the municipality on what to bring back.",
)


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: ARG001, FBT001 - the shape of checks
    """Look for apps that can't be opened, then for installations that point to nothing."""
    yield from _without_settings(patient)
    yield from _not_there(patient)


def _without_settings(patient: Patient) -> Iterator[Finding]:
    """Find apps that lack every setting of a stage that they have reached."""
    preview = exists().where(AppSettings.app_pk == App.pk, AppSettings.stage == Stage.PREVIEW)
    live = exists().where(AppSettings.app_pk == App.pk, AppSettings.stage == Stage.LIVE)
    lacking = ~preview | (App.live_revision.is_not(None) & ~live)
    chosen = select(App.pk, App.site_id, App.app_id, App.name).where(App.deleted_at.is_(None), lacking).order_by(App.pk)
    after = 0
    while True:
        with patient.reading() as ctx:
            rows = ctx.session.execute(chosen.where(App.pk > after).limit(AT_ONCE)).all()
        if not rows:
            return
        for _, site, number, name in rows:
            text = Text(
                f"アプリ「{name}」（{number}番）の設定がありません。ワークスペース {site}",
                f"The app “{name}” (no. {number}) of workspace {site} has no settings",
            )
            yield Finding("app-without-settings", f"workspace:{site}", text, RESTORE)
        after = rows[-1][0]


def _not_there(patient: Patient) -> Iterator[Finding]:
    """Find installed apps of which not even the row is left; those that people deleted have one."""
    chosen = (
        select(Installation.id, Installation.workspace_id, Installation.app_ids, Installation.app_names)
        .join(Site, Site.id == Installation.workspace_id)
        .order_by(Installation.id)
    )
    after = ""
    while True:
        with patient.reading() as ctx:
            rows = ctx.session.execute(chosen.where(Installation.id > after).limit(AT_ONCE)).all()
            named = {(workspace, int(number)) for _, workspace, ids, _ in rows for number in ids.values()}
            known = select(App.site_id, App.app_id).where(tuple_(App.site_id, App.app_id).in_(named))
            there = {(site, number) for site, number in ctx.session.execute(known)}
        if not rows:
            return
        for _, workspace, ids, names in rows:
            for key, number in ids.items():
                if (workspace, int(number)) not in there:
                    text = Text(
                        f"導入したアプリ「{names[key]}」（{number}番）がありません。ワークスペース {workspace}",
                        f"The installed app “{names[key]}” (no. {number}) of workspace {workspace} is gone",
                    )
                    yield Finding("installed-app-missing", f"workspace:{workspace}", text, RESTORE)
        after = rows[-1][0]
