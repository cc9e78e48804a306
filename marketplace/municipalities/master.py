"""The master list as it comes with the package."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.models import MunicipalityType

FILE = "municipalities.csv"
POPULATION_DATE = date(2022, 1, 1)
"""The day of all populations in the list."""


@dataclass(frozen=True, slots=True)
class MasterRow:
    """One municipality of the list."""

    code: str
    prefecture: str
    name: str
    kana: str
    type: MunicipalityType
    parent_code: str | None
    population: int | None
    size_class: str | None
    region: str
    website: str | None
    active: bool


OPERATOR = MasterRow(
    code=OPERATOR_CODE,
    prefecture="",
    name="ヨコテン運営",
    kana="よこてんうんえい",
    type=MunicipalityType.OPERATOR,
    parent_code=None,
    population=None,
    size_class=None,
    region="",
    website=None,
    active=True,
)


def read_master() -> bytes:
    """Return the list as it is stored."""
    return files("marketplace.municipalities").joinpath("data", FILE).read_bytes()


def digest_of_master(data: bytes) -> str:
    """Return what tells whether the list, or the operator's row that goes with it, has changed."""
    return hashlib.sha256(data + repr(OPERATOR).encode("utf-8")).hexdigest()


def parse_master(data: bytes) -> Iterator[MasterRow]:
    """Yield the operator and each municipality of the list."""
    yield OPERATOR
    for row in csv.DictReader(io.StringIO(data.decode("utf-8"))):
        yield MasterRow(
            code=row["code"],
            prefecture=row["prefecture"],
            name=row["name"],
            kana=row["kana"],
            type=MunicipalityType(row["type"]),
            parent_code=row["parent_code"] or None,
            population=int(row["population"]) if row["population"] else None,
            size_class=row["size_class"] or None,
            region=row["region"],
            website=row["website"] or None,
            active=row["active"] == "1",
        )
