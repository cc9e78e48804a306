"""The tables about reviews, stories and the wanted list."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Person
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.community.models import Review, Story
from marketplace.community.wanted.models import WantedAnswer, WantedApp, WantedVote
from marketplace.holdings.takeouts.tables import OF_TEMPLATE, Table
from marketplace.kernel.text import Text


def tables_of_community(code: str) -> list[Table]:
    """Return what the municipality says of templates."""
    version = TemplateVersion
    template = (Template.name_ja, Template.publisher_code, Template.slug, version.number)
    writer = aliased(Person)
    columns = {"id": "ID", **OF_TEMPLATE, "version": "版"}
    written = {"written_by": "最後に書いた人", "created_at": "書いた日時", "updated_at": "書き直した日時"}
    return [
        Table(
            "reviews",
            Text("書いた評価", "Reviews it wrote"),
            {**columns, "stars": "星", "text": "評価", **written},
            select(
                Review.id,
                *template,
                Review.stars,
                Review.text,
                writer.name,
                Review.created_at,
                Review.updated_at,
            )
            .join(Template, Template.id == Review.template_id)
            .join(version, version.id == Review.version_id)
            .outerjoin(writer, writer.id == Review.written_by)
            .where(Review.municipality_code == code)
            .order_by(Review.created_at, Review.id),
        ),
        Table(
            "stories",
            Text("書いた活用事例", "Stories it tells"),
            {
                **columns,
                "title": "題名",
                "problem": "困りごと",
                "solution": "工夫",
                "effect": "効果",
                "hours_saved": "減った時間（年）",
                "department": "担当課",
                **written,
            },
            select(
                Story.id,
                *template,
                Story.title,
                Story.problem,
                Story.solution,
                Story.effect,
                Story.hours_saved,
                Story.department,
                writer.name,
                Story.created_at,
                Story.updated_at,
            )
            .join(Template, Template.id == Story.template_id)
            .outerjoin(version, version.id == Story.version_id)
            .outerjoin(writer, writer.id == Story.written_by)
            .where(Story.municipality_code == code)
            .order_by(Story.created_at, Story.id),
        ),
    ]


def tables_of_wanted(code: str) -> list[Table]:
    """Return what it says on the wanted list."""
    written = {"text": "内容", "created_at": "書いた日時"}
    return [
        Table(
            "wanted-apps",
            Text("書いた欲しいアプリ", "Wanted apps it wrote"),
            {
                "id": "ID",
                "title": "題名",
                "category": "分野",
                "department": "担当課",
                "state": "状態",
                "reason": "取り下げた理由",
                "votes": "うちも欲しい",
                **written,
            },
            select(
                WantedApp.id,
                WantedApp.title,
                WantedApp.category,
                WantedApp.department,
                WantedApp.state,
                WantedApp.reason,
                WantedApp.vote_count,
                WantedApp.text,
                WantedApp.created_at,
            )
            .where(WantedApp.municipality_code == code)
            .order_by(WantedApp.created_at, WantedApp.id),
        ),
        Table(
            "wanted-votes",
            Text("「うちも欲しい」を押した欲しいアプリ", "Wanted apps it wants, too"),
            {"wanted_id": "欲しいアプリのID", "title": "題名", "voted_at": "押した日時"},
            select(WantedVote.wanted_id, WantedApp.title, WantedVote.voted_at)
            .join(WantedApp, WantedApp.id == WantedVote.wanted_id)
            .where(WantedVote.municipality_code == code)
            .order_by(WantedVote.voted_at, WantedVote.wanted_id),
        ),
        Table(
            "wanted-answers",
            Text("欲しいアプリへの回答", "Answers to wanted apps"),
            {"id": "ID", "wanted_id": "欲しいアプリのID", "title": "題名", "template": "テンプレート", **written},
            select(
                WantedAnswer.id,
                WantedAnswer.wanted_id,
                WantedApp.title,
                Template.name_ja,
                WantedAnswer.text,
                WantedAnswer.created_at,
            )
            .join(WantedApp, WantedApp.id == WantedAnswer.wanted_id)
            .join(Template, Template.id == WantedAnswer.template_id)
            .where(WantedAnswer.municipality_code == code)
            .order_by(WantedAnswer.created_at, WantedAnswer.id),
        ),
    ]
