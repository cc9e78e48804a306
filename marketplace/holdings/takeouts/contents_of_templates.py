"""The tables about installing and publishing."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Person
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.visits.models import TemplateDay
from marketplace.holdings.takeouts.tables import OF_TEMPLATE, Table
from marketplace.installs.models import Import, Installation
from marketplace.kernel.text import Text
from marketplace.publishing.models import Draft, FindingAnswer


def tables_of_installs(code: str) -> list[Table]:
    """Return what was installed, and how."""
    version = TemplateVersion
    template = (Template.name_ja, Template.publisher_code, Template.slug, version.number)
    columns = {**OF_TEMPLATE, "version": "版"}
    return [
        Table(
            "installations",
            Text("導入したテンプレート", "Installed templates"),
            {
                "id": "ID",
                "workspace_id": "ワークスペースのID",
                **columns,
                "app_ids": "アプリ番号",
                "app_names": "アプリの名前",
                "installed_at": "導入日時",
            },
            select(
                Installation.id,
                Installation.workspace_id,
                *template,
                Installation.app_ids,
                Installation.app_names,
                Installation.installed_at,
            )
            .join(Template, Template.id == Installation.template_id)
            .join(version, version.id == Installation.version_id)
            .where(Installation.municipality_code == code)
            .order_by(Installation.installed_at, Installation.id),
        ),
        Table(
            "imports",
            Text("導入の記録（1件ごとの導入記録票は receipts に）", "Imports (the receipt of each is in receipts)"),
            {
                "id": "ID",
                "workspace_id": "ワークスペースのID",
                **columns,
                "state": "状態",
                "placeholders": "差し込み項目",
                "created_at": "始めた日時",
                "finished_at": "終わった日時",
            },
            select(
                Import.id,
                Import.workspace_id,
                *template,
                Import.state,
                Import.placeholders,
                Import.created_at,
                Import.finished_at,
            )
            .join(Template, Template.id == Import.template_id)
            .join(version, version.id == Import.version_id)
            .where(Import.municipality_code == code)
            .order_by(Import.created_at, Import.id),
        ),
    ]


def tables_of_publishing(code: str) -> list[Table]:
    """Return what was published, or is about to be."""
    version = TemplateVersion
    releaser = aliased(Person)
    return [
        Table(
            "versions",
            Text(
                "公開したテンプレートの版（バンドルは templates に）",
                "Released versions (the bundles are in templates)",
            ),
            {
                "id": "ID",
                "slug": "テンプレートのID",
                "name": "名前",
                "version": "版",
                "released_at": "公開日時",
                "released_by": "公開した人",
                "withdrawn_at": "公開をやめた日時",
                "withdrawal_reason": "公開をやめた理由",
                "digest": "SHA-256",
            },
            select(
                version.id,
                Template.slug,
                Template.name_ja,
                version.number,
                version.released_at,
                releaser.name,
                version.withdrawn_at,
                version.withdrawal_reason,
                version.digest,
            )
            .join(Template, Template.id == version.template_id)
            .outerjoin(releaser, releaser.id == version.released_by)
            .where(Template.publisher_code == code)
            .order_by(Template.slug, version.precedence),
        ),
        Table(
            "template-days",
            Text(
                "公開したテンプレートの閲覧とダウンロード（日ごと。日付のない行はそれより前の合計）",
                "Views and downloads of your templates by day (without a day: the sum of all before)",
            ),
            {"slug": "テンプレートのID", "day": "日", "views": "閲覧", "downloads": "ダウンロード"},
            select(Template.slug, TemplateDay.day, TemplateDay.views, TemplateDay.downloads)
            .join(Template, Template.id == TemplateDay.template_id)
            .where(Template.publisher_code == code)
            .order_by(Template.slug, TemplateDay.day),
        ),
        Table(
            "drafts",
            Text("下書き（公開前のバンドルは drafts に）", "Drafts (bundles not released yet are in drafts)"),
            {
                "id": "ID",
                "slug": "テンプレートのID",
                "version": "版",
                "name": "名前",
                "state": "状態",
                "findings": "点検の指摘",
                "created_at": "作成日時",
                "closed_at": "終わった日時",
            },
            select(
                Draft.id,
                Draft.slug,
                Draft.number,
                Draft.name_ja,
                Draft.state,
                Draft.findings,
                Draft.created_at,
                Draft.closed_at,
            )
            .where(Draft.municipality_code == code)
            .order_by(Draft.created_at, Draft.id),
        ),
        Table(
            "finding-answers",
            Text("点検の指摘への回答", "Answers to findings"),
            {
                "id": "ID",
                "slug": "テンプレートのID",
                "draft_id": "下書きのID",
                "finding_id": "指摘のID",
                "answer": "回答",
                "answered_by": "回答した人",
                "answered_at": "回答日時",
            },
            select(
                FindingAnswer.id,
                FindingAnswer.slug,
                FindingAnswer.draft_id,
                FindingAnswer.finding_id,
                FindingAnswer.answer,
                FindingAnswer.answered_by_name,
                FindingAnswer.answered_at,
            )
            .where(FindingAnswer.municipality_code == code)
            .order_by(FindingAnswer.answered_at, FindingAnswer.id),
        ),
    ]
