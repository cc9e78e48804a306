"""The tables about reviews, stories and the wanted list."""

from __future__ import annotations

from sqlalchemy.orm import aliased

from marketplace.accounts.models import Person
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.community.models import Review, Story
from marketplace.community.wanted.models import WantedAnswer, WantedApp, WantedVote
from marketplace.holdings.takeouts.contents_of_templates import WHICH_VERSION
from marketplace.holdings.takeouts.tables import Columns, Table, rows_of
from marketplace.kernel.text import Text

WRITTEN_BY, WRITTEN_AT, REWRITTEN_AT = "最後に書いた人", "書いた日時", "書き直した日時"


def tables_of_community(code: str) -> list[Table]:
    """Return what the municipality says of templates, and on the wanted list."""
    return [_reviews(code), _stories(code), _wanted(code), _votes(code), _answers(code)]


def _reviews(code: str) -> Table:
    writer = aliased(Person)
    columns: Columns = {
        "id": ("ID", Review.id),
        **WHICH_VERSION,
        "stars": ("星", Review.stars),
        "text": ("評価", Review.text),
        "written_by": (WRITTEN_BY, writer.name),
        "created_at": (WRITTEN_AT, Review.created_at),
        "updated_at": (REWRITTEN_AT, Review.updated_at),
    }
    rows = rows_of(columns).join(Template, Template.id == Review.template_id)
    rows = rows.join(TemplateVersion, TemplateVersion.id == Review.version_id)
    rows = rows.outerjoin(writer, writer.id == Review.written_by)
    rows = rows.where(Review.municipality_code == code).order_by(Review.created_at, Review.id)
    return Table("reviews", Text("書いた評価", "Reviews it wrote"), columns, rows)


def _stories(code: str) -> Table:
    writer = aliased(Person)
    columns: Columns = {
        "id": ("ID", Story.id),
        **WHICH_VERSION,
        "title": ("題名", Story.title),
        "problem": ("困りごと", Story.problem),
        "solution": ("工夫", Story.solution),
        "effect": ("効果", Story.effect),
        "hours_saved": ("減った時間（年）", Story.hours_saved),
        "department": ("担当課", Story.department),
        "written_by": (WRITTEN_BY, writer.name),
        "created_at": (WRITTEN_AT, Story.created_at),
        "updated_at": (REWRITTEN_AT, Story.updated_at),
    }
    rows = rows_of(columns).join(Template, Template.id == Story.template_id)
    rows = rows.outerjoin(TemplateVersion, TemplateVersion.id == Story.version_id)
    rows = rows.outerjoin(writer, writer.id == Story.written_by)
    rows = rows.where(Story.municipality_code == code).order_by(Story.created_at, Story.id)
    return Table("stories", Text("書いた活用事例", "Stories it tells"), columns, rows)


def _wanted(code: str) -> Table:
    columns: Columns = {
        "id": ("ID", WantedApp.id),
        "title": ("題名", WantedApp.title),
        "category": ("分野", WantedApp.category),
        "department": ("担当課", WantedApp.department),
        "state": ("状態", WantedApp.state),
        "reason": ("取り下げた理由", WantedApp.reason),
        "votes": ("うちも欲しい", WantedApp.vote_count),
        "text": ("内容", WantedApp.text),
        "created_at": (WRITTEN_AT, WantedApp.created_at),
    }
    rows = rows_of(columns).where(WantedApp.municipality_code == code).order_by(WantedApp.created_at, WantedApp.id)
    return Table("wanted-apps", Text("書いた欲しいアプリ", "Wanted apps it wrote"), columns, rows)


def _votes(code: str) -> Table:
    columns: Columns = {
        "wanted_id": ("欲しいアプリのID", WantedVote.wanted_id),
        "title": ("題名", WantedApp.title),
        "voted_at": ("押した日時", WantedVote.voted_at),
    }
    rows = rows_of(columns).join(WantedApp, WantedApp.id == WantedVote.wanted_id)
    rows = rows.where(WantedVote.municipality_code == code).order_by(WantedVote.voted_at, WantedVote.wanted_id)
    about = Text("「うちも欲しい」を押した欲しいアプリ", "Wanted apps it wants, too")
    return Table("wanted-votes", about, columns, rows)


def _answers(code: str) -> Table:
    answer = WantedAnswer
    columns: Columns = {
        "id": ("ID", answer.id),
        "wanted_id": ("欲しいアプリのID", answer.wanted_id),
        "title": ("題名", WantedApp.title),
        "template": ("テンプレート", Template.name_ja),
        "text": ("内容", answer.text),
        "created_at": (WRITTEN_AT, answer.created_at),
    }
    rows = rows_of(columns).join(WantedApp, WantedApp.id == answer.wanted_id)
    rows = rows.join(Template, Template.id == answer.template_id)
    rows = rows.where(answer.municipality_code == code).order_by(answer.created_at, answer.id)
    return Table("wanted-answers", Text("欲しいアプリへの回答", "Answers to wanted apps"), columns, rows)
