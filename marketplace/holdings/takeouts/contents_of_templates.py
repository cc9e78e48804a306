"""The tables about installing and publishing."""

from __future__ import annotations

from sqlalchemy.orm import aliased

from marketplace.accounts.models import Person
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.visits.models import TemplateDay
from marketplace.holdings.takeouts.tables import Columns, Table, rows_of
from marketplace.installs.models import Import, Installation
from marketplace.kernel.text import Text
from marketplace.publishing.models import Draft, FindingAnswer

WHICH_VERSION: Columns = {
    "template": ("テンプレート", Template.name_ja),
    "publisher": ("公開した団体", Template.publisher_code),
    "slug": ("テンプレートのID", Template.slug),
    "version": ("版", TemplateVersion.number),
}
"""Which version of a template a row is about."""


def tables_of_templates(code: str) -> list[Table]:
    """Return what was installed, what was published, and what is about to be."""
    return [_installations(code), _imports(code), _versions(code), _days(code), _drafts(code), _answers(code)]


def _installations(code: str) -> Table:
    columns: Columns = {
        "id": ("ID", Installation.id),
        "workspace_id": ("ワークスペースのID", Installation.workspace_id),
        **WHICH_VERSION,
        "app_ids": ("アプリ番号", Installation.app_ids),
        "app_names": ("アプリの名前", Installation.app_names),
        "installed_at": ("導入日時", Installation.installed_at),
    }
    rows = rows_of(columns).join(Template, Template.id == Installation.template_id)
    rows = rows.join(TemplateVersion, TemplateVersion.id == Installation.version_id)
    rows = rows.where(Installation.municipality_code == code).order_by(Installation.installed_at, Installation.id)
    return Table("installations", Text("導入したテンプレート", "Installed templates"), columns, rows)


def _imports(code: str) -> Table:
    columns: Columns = {
        "id": ("ID", Import.id),
        "workspace_id": ("ワークスペースのID", Import.workspace_id),
        **WHICH_VERSION,
        "state": ("状態", Import.state),
        "placeholders": ("差し込み項目", Import.placeholders),
        "created_at": ("始めた日時", Import.created_at),
        "finished_at": ("終わった日時", Import.finished_at),
    }
    rows = rows_of(columns).join(Template, Template.id == Import.template_id)
    rows = rows.join(TemplateVersion, TemplateVersion.id == Import.version_id)
    rows = rows.where(Import.municipality_code == code).order_by(Import.created_at, Import.id)
    about = Text("導入の記録（1件ごとの導入記録票は receipts に）", "Imports (the receipt of each is in receipts)")
    return Table("imports", about, columns, rows)


def _versions(code: str) -> Table:
    version, releaser = TemplateVersion, aliased(Person)
    columns: Columns = {
        "id": ("ID", version.id),
        "slug": ("テンプレートのID", Template.slug),
        "name": ("名前", Template.name_ja),
        "version": ("版", version.number),
        "released_at": ("公開日時", version.released_at),
        "released_by": ("公開した人", releaser.name),
        "withdrawn_at": ("公開をやめた日時", version.withdrawn_at),
        "withdrawal_reason": ("公開をやめた理由", version.withdrawal_reason),
        "digest": ("SHA-256", version.digest),
    }
    rows = rows_of(columns).join(Template, Template.id == version.template_id)
    rows = rows.outerjoin(releaser, releaser.id == version.released_by)
    rows = rows.where(Template.publisher_code == code).order_by(Template.slug, version.precedence)
    about = Text(
        "公開したテンプレートの版（バンドルは templates に）", "Released versions (the bundles are in templates)"
    )
    return Table("versions", about, columns, rows)


def _days(code: str) -> Table:
    columns: Columns = {
        "slug": ("テンプレートのID", Template.slug),
        "day": ("日", TemplateDay.day),
        "views": ("閲覧", TemplateDay.views),
        "downloads": ("ダウンロード", TemplateDay.downloads),
    }
    rows = rows_of(columns).join(Template, Template.id == TemplateDay.template_id)
    rows = rows.where(Template.publisher_code == code).order_by(Template.slug, TemplateDay.day)
    about = Text(
        "公開したテンプレートの閲覧とダウンロード（日ごと。日付のない行はそれより前の合計）",
        "Views and downloads of your templates by day (without a day: the sum of all before)",
    )
    return Table("template-days", about, columns, rows)


def _drafts(code: str) -> Table:
    columns: Columns = {
        "id": ("ID", Draft.id),
        "slug": ("テンプレートのID", Draft.slug),
        "version": ("版", Draft.number),
        "name": ("名前", Draft.name_ja),
        "state": ("状態", Draft.state),
        "findings": ("点検の指摘", Draft.findings),
        "created_at": ("作成日時", Draft.created_at),
        "closed_at": ("終わった日時", Draft.closed_at),
    }
    rows = rows_of(columns).where(Draft.municipality_code == code).order_by(Draft.created_at, Draft.id)
    about = Text("下書き（公開前のバンドルは drafts に）", "Drafts (bundles not released yet are in drafts)")
    return Table("drafts", about, columns, rows)


def _answers(code: str) -> Table:
    answer = FindingAnswer
    columns: Columns = {
        "id": ("ID", answer.id),
        "slug": ("テンプレートのID", answer.slug),
        "draft_id": ("下書きのID", answer.draft_id),
        "finding_id": ("指摘のID", answer.finding_id),
        "answer": ("回答", answer.answer),
        "answered_by": ("回答した人", answer.answered_by_name),
        "answered_at": ("回答日時", answer.answered_at),
    }
    rows = rows_of(columns).where(answer.municipality_code == code).order_by(answer.answered_at, answer.id)
    return Table("finding-answers", Text("点検の指摘への回答", "Answers to findings"), columns, rows)
