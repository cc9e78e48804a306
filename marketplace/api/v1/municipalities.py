"""Municipalities: found, and what one shares."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.several import Several
from marketplace.api.v1.shapes import PageQuery, TextOut, page_links
from marketplace.api.v1.templates import MAX_WORDS, FacetValueOut, TemplateOut
from marketplace.catalog.inputs import at_most
from marketplace.community.directory import Aspect, DirectoryEntry, DirectoryFilter, Sharing, list_directory
from marketplace.community.profile import Profile, get_profile
from marketplace.edge.context import context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality

_SHARINGS = ", ".join(Sharing)
SHARING_WRONG: Any = Text(f"次の中から指定してください：{_SHARINGS}", f"Give one of: {_SHARINGS}")


class MunicipalityQuery(PageQuery):
    """Which municipalities to list; what may be given several times leaves those with one of the values."""

    q = fields.String(
        load_default="",
        validate=at_most(MAX_WORDS),
        metadata={
            "description": Text("団体名、かな、ローマ字、都道府県", "Name, kana, romaji or prefecture"),
            "maxLength": MAX_WORDS,
        },
    )
    sharing = Several(
        fields.Enum(Sharing, by_value=True, error_messages={"unknown": SHARING_WRONG}, metadata={"type": "string"}),
        Text(
            "テンプレートを公開しているか（publishes）、導入しているか（uses）",
            "Whether it publishes templates (publishes) or uses some (uses)",
        ),
    )
    prefecture = Several(fields.String(), Text("都道府県", "Prefecture"))
    size_class = Several(fields.String(), Text("人口規模（S1〜S8、都道府県はP）", "Size: S1 to S8, or P"))


class MunicipalityOut(Schema):
    """One municipality in a list, and how many templates it publishes and uses."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kana = fields.String(required=True)
    prefecture = fields.String(required=True)
    type = fields.String(required=True)
    size_class = fields.String(required=True, allow_none=True)
    population = fields.Integer(required=True, allow_none=True)
    active = fields.Boolean(required=True)
    fictitious = fields.Boolean(required=True)
    verified = fields.Boolean(required=True)
    template_count = fields.Integer(required=True)
    use_count = fields.Integer(required=True)


class GivenReviewOut(Schema):
    """A review that the municipality wrote, and of which template."""

    publisher = fields.String(required=True, attribute="publisher_code")
    slug = fields.String(required=True)
    name = fields.Nested(TextOut, required=True)
    stars = fields.Integer(required=True)
    text = fields.String(required=True)
    version = fields.String(required=True)
    updated_at = fields.AwareDateTime(required=True)


class MunicipalityDetailOut(MunicipalityOut):
    """One municipality: the templates it publishes (20 at most), those it uses (50), its newest reviews (10)."""

    population_date = fields.Date(required=True, allow_none=True)
    review_count = fields.Integer(required=True)
    templates = fields.List(fields.Nested(TemplateOut), required=True)
    uses = fields.List(fields.Nested(TemplateOut), required=True)
    reviews = fields.List(fields.Nested(GivenReviewOut), required=True)


MunicipalityFacetsOut = Schema.from_dict(
    {aspect.value: fields.List(fields.Nested(FacetValueOut), required=True) for aspect in Aspect},
    name="MunicipalityFacetsOut",
)
"""The choices along each aspect."""


class MunicipalityListOut(Schema):
    """One page of municipalities, the choices, and the cursor of the next page."""

    items = fields.List(fields.Nested(MunicipalityOut), required=True)
    facets = fields.Nested(MunicipalityFacetsOut, required=True)
    total = fields.Integer(required=True)
    next = fields.String(required=True, allow_none=True)


@bp.get("/municipalities")
@operation(
    Text("自治体を探す", "Find municipalities"), query=MunicipalityQuery(), answer=MunicipalityListOut(), token=False
)
def list_municipalities(query: dict[str, Any]) -> Result:
    found = list_directory(context(), DirectoryFilter(**query))
    listed = {"items": list(map(_listed, found.page.items)), "facets": found.facets, "total": found.total}
    listed["next"] = found.page.next_cursor
    return Result(listed, page_links(found.page.next_cursor))


@bp.get("/municipalities/<code>")
@operation(Text("自治体", "Read a municipality"), answer=MunicipalityDetailOut(), token=False)
def get_municipality(code: str) -> Result:
    return Result(_detail(get_profile(context(), code)))


def _listed(entry: DirectoryEntry) -> dict[str, Any]:
    counts = {"template_count": entry.template_count, "use_count": entry.use_count}
    return {**_facts(entry.municipality), **counts}


def _detail(profile: Profile) -> dict[str, Any]:
    counts = {"template_count": profile.template_count, "use_count": profile.use_count}
    shared = {"templates": profile.templates, "uses": profile.uses, "reviews": profile.reviews.items}
    return {
        **_facts(profile.municipality),
        **counts,
        **shared,
        "review_count": profile.review_count,
        "population_date": profile.population_date,
    }


def _facts(municipality: Municipality) -> dict[str, Any]:
    names = ("code", "name", "kana", "prefecture", "type", "size_class", "population", "active", "fictitious")
    return {**{name: getattr(municipality, name) for name in names}, "verified": municipality.is_verified}
