"""Notes which templates the files of the index do not tell rightly any more, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, select
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.catalog.index_files.models import IndexedTemplate
from marketplace.catalog.models import Template
from marketplace.db.base import table_of
from marketplace.kernel.context import Context

INSERTS: Mapping[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def note_change(ctx: Context, template_id: str) -> None:
    """Have the file of a template written anew, if it differs."""
    _note(ctx, [template_id])


def note_publisher(ctx: Context, code: str) -> None:
    """Have the files of all templates of a publisher written anew."""
    own = select(Template.id).where(Template.publisher_code == code)
    _note(ctx, ctx.session.scalars(own.order_by(Template.id)))


def note_all(ctx: Context) -> None:
    """Have all files written anew, as far as they differ."""
    _note(ctx, ctx.session.scalars(select(Template.id).order_by(Template.id)))


def _note(ctx: Context, template_ids: Iterable[str]) -> None:
    rows = [{"template_id": each, "is_due": True} for each in template_ids]
    if not rows:
        return
    ctx.session.flush()
    connection = ctx.session.connection()
    connection.execute(_due(connection.dialect.name), rows)


@cache
def _due(dialect: str) -> Executable:
    """Return the statement of a dialect, made once."""
    insert = INSERTS[dialect](table_of(IndexedTemplate))
    return cast("Executable", insert.on_conflict_do_update(index_elements=["template_id"], set_={"is_due": True}))
