"""The declarative base and its naming convention."""

from __future__ import annotations

import enum
from typing import cast

from sqlalchemy import Enum, MetaData, Table
from sqlalchemy.orm import DeclarativeBase


def _values_of(kind: type[enum.Enum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    """Parent of every model.

    Constraints get predictable names, which migrations need. The members of an enumeration are kept as their words in
    a plain text column, so that a new word needs no change of the database.
    """

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's interface
        enum.Enum: Enum(enum.Enum, native_enum=False, length=40, values_callable=_values_of)
    }
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def table_of(model: type[Base]) -> Table:
    """Return the table of a model, for statements that are made once and know no objects."""
    return cast("Table", model.__table__)
