"""Templates: found, looked at, compared, downloaded."""

from __future__ import annotations

from typing import Any

from flask import g
from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.bodies import ZIP
from marketplace.api.v1.nearest import NearestOut
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.several import Several
from marketplace.api.v1.shapes import CategoryOut, ChangeOut, PageQuery, PublisherOut, TextOut, page_links
from marketplace.catalog import queries
from marketplace.catalog.filters import Dimension, SortOrder, TemplateFilter, TemplateKind
from marketplace.catalog.inputs import at_most
from marketplace.community.wanted.nearest import find_nearest
from marketplace.edge.blobs import BlobFile, send_public_blob
from marketplace.edge.context import context
from marketplace.kernel.text import Text

MAX_WORDS = 10_000
FLAG_WRONG: Any = Text("true か false で指定してください。", "Give true or false.")
_ORDERS = ", ".join(SortOrder)
SORT_WRONG: Any = Text(f"次の中から指定してください：{_ORDERS}", f"Give one of: {_ORDERS}")
_KINDS = ", ".join(TemplateKind)
KIND_WRONG: Any = Text(f"次の中から指定してください：{_KINDS}", f"Give one of: {_KINDS}")


def _choice(description: Text) -> Several:
    return Several(fields.String(), description)


def _answer(description: Text) -> Several:
    return Several(fields.Boolean(error_messages={"invalid": FLAG_WRONG}), description)


class TemplateQuery(PageQuery):
    """What to look for, and in which order; what may be given several times leaves those with one of the values."""

    q = fields.String(
        load_default="",
        validate=at_most(MAX_WORDS),
        metadata={"description": Text("探す言葉", "Words to look for"), "maxLength": MAX_WORDS},
    )
    category = _choice(Text("業務分野の識別子", "Identifier of a category"))
    publisher = _choice(Text("公開団体の団体コード、または yokoten", "Code of the publisher, or yokoten"))
    department = _choice(Text("部署の名前", "Name of a department"))
    personal_data = _answer(Text("個人情報を扱うかどうか", "Whether it handles personal data"))
    process = _answer(Text("プロセス管理があるかどうか", "Whether it has a process"))
    lgwan = _answer(Text("追加の部品なしに、閉じたネットワークで使えるかどうか", "Whether it works on closed networks"))
    plugin_free = _answer(Text("プラグインが不要かどうか", "Whether it needs no plug-ins"))
    script_free = _answer(Text("JavaScriptがないかどうか", "Whether it has no JavaScript"))
    apps = _choice(Text("アプリの数（1、2-3、4-）", "Number of apps: 1, 2-3 or 4-"))
    prefecture = _choice(Text("公開団体の都道府県", "Prefecture of the publisher"))
    size_class = _choice(Text("公開団体の人口規模（S1〜S8、都道府県はP）", "Size of the publisher: S1 to S8, or P"))
    license = _choice(Text("ライセンス（SPDX）", "Licence (SPDX)"))
    spoken = _choice(Text("説明の言語（ja、en）", "Language of the texts: ja or en"))
    explain = fields.Boolean(
        load_default=False,
        error_messages={"invalid": FLAG_WRONG},
        metadata={"description": Text("順位の内訳を付けるかどうか", "Whether to tell what each rank consists of")},
    )
    kind = Several(
        fields.Enum(TemplateKind, by_value=True, error_messages={"unknown": KIND_WRONG}, metadata={"type": "string"}),
        Text("ほかのテンプレートのセットか、単体か", "A set of other templates, or a single one"),
    )
    sort = fields.Enum(
        SortOrder,
        by_value=True,
        load_default=SortOrder.RELEVANCE,
        error_messages={"unknown": SORT_WRONG},
        metadata={"description": Text("並べ方", "Order of the list"), "type": "string"},
    )


class RatingOut(Schema):
    """What municipalities think of a template; `score` is the Bayesian average."""

    count = fields.Integer(required=True)
    average = fields.Float(required=True, allow_none=True, attribute="mean")
    score = fields.Float(required=True, attribute="bayesian")


class VersionSummaryOut(Schema):
    """One version in a list."""

    version = fields.String(required=True, attribute="number")
    prerelease = fields.Boolean(required=True, attribute="is_prerelease")
    digest = fields.String(required=True)
    size = fields.Integer(required=True)
    released_at = fields.AwareDateTime(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)
    withdrawal_reason = fields.String(required=True, allow_none=True)
    withdrawn_by_operator = fields.Boolean(required=True)


class TemplateOut(Schema):
    """One template in a list."""

    id = fields.String(required=True)
    publisher = fields.Nested(PublisherOut, required=True)
    slug = fields.String(required=True)
    name = fields.Nested(TextOut, required=True)
    summary = fields.Nested(TextOut, required=True)
    category = fields.Nested(CategoryOut, required=True)
    departments = fields.List(fields.String(), required=True)
    keywords = fields.List(fields.String(), required=True)
    license = fields.String(required=True)
    handles_personal_data = fields.Boolean(required=True)
    app_count = fields.Integer(required=True)
    is_set = fields.Boolean(required=True)
    latest = fields.Nested(VersionSummaryOut, required=True, allow_none=True)
    install_count = fields.Integer(required=True)
    rating = fields.Nested(RatingOut, required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class ExplanationOut(Schema):
    """What a rank consists of: points of text, the points of each word (0 to 100), and the merits by name."""

    text = fields.Integer(required=True)
    words = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    merits = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class MemberOut(Schema):
    """A template that a set brings; `name` is null when its publisher has no such template any more."""

    template = fields.String(required=True, attribute="slug")
    version = fields.String(required=True, attribute="number")
    apps = fields.List(fields.String(), required=True)
    name = fields.Nested(TextOut, required=True, allow_none=True)


class SetOut(Schema):
    """A set whose latest version brings a template, and the template's version in it."""

    template = fields.String(required=True, attribute="slug")
    version = fields.String(required=True, attribute="number")
    name = fields.Nested(TextOut, required=True)
    includes_version = fields.String(required=True, attribute="member_number")


class PopularityOut(Schema):
    """How often people looked at the page and fetched a bundle: all of it up to `counted_at`, null before the first."""

    views = fields.Integer(required=True)
    downloads = fields.Integer(required=True)
    counted_at = fields.AwareDateTime(required=True, allow_none=True)


class TemplateDetailOut(TemplateOut):
    """One template with its versions, newest first, what it includes if it is a set, and the sets it is in."""

    popularity = fields.Nested(PopularityOut, required=True)

    versions = fields.List(fields.Nested(VersionSummaryOut), required=True)
    includes = fields.List(fields.Nested(MemberOut), required=True)
    sets = fields.List(fields.Nested(SetOut), required=True)


class FacetValueOut(Schema):
    """One choice and how many templates it would leave."""

    value = fields.String(required=True)
    label = fields.Nested(TextOut, required=True)
    count = fields.Integer(required=True)


FacetsOut = Schema.from_dict(
    {dimension.value: fields.List(fields.Nested(FacetValueOut), required=True) for dimension in Dimension},
    name="FacetsOut",
)
"""The choices along each dimension."""


class TemplateListOut(Schema):
    """One page of templates, the choices, and the cursor of the next page."""

    items = fields.List(fields.Nested(TemplateOut), required=True)
    facets = fields.Nested(FacetsOut, required=True)
    total = fields.Integer(required=True)
    did_you_mean = fields.String(required=True, allow_none=True)
    explanations = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(ExplanationOut),
        metadata={"description": Text("idごとの順位の内訳（explain=true のとき）", "By id, with explain=true")},
    )
    nearest = fields.Nested(
        NearestOut,
        metadata={
            "description": Text("何も見つからないときの、近いもの", "What comes nearest, when nothing was found")
        },
    )
    next = fields.String(required=True, allow_none=True)


class VersionListOut(Schema):
    """All versions, newest first."""

    items = fields.List(fields.Nested(VersionSummaryOut), required=True)


class VersionOut(VersionSummaryOut):
    """One version with its manifest, what it includes if it is a set, and what changed since the one before."""

    manifest = fields.Dict(required=True)
    includes = fields.List(fields.Nested(MemberOut), required=True)
    changes = fields.Nested("VersionChangesOut", required=True)


class VersionChangesOut(Schema):
    """What changed since the base version."""

    base = fields.String(required=True, allow_none=True)
    bump = fields.String(required=True, metadata={"enum": ["none", "patch", "minor", "major"]})
    changes = fields.List(fields.Nested(ChangeOut), required=True)


@bp.get("/templates")
@operation(Text("テンプレートを探す", "Find templates"), query=TemplateQuery(), answer=TemplateListOut(), token=False)
def list_templates(query: dict[str, Any]) -> Result:
    explain = query.pop("explain")
    asked = TemplateFilter(**query)
    found = queries.list_templates(context(), asked)
    listed = {"items": found.page.items, "facets": found.facets, "total": found.total}
    listed |= {"did_you_mean": found.did_you_mean, "next": found.page.next_cursor}
    if explain:
        listed["explanations"] = found.explanations
    if not found.total:
        listed["nearest"] = find_nearest(context(), asked)
    return Result(listed, page_links(found.page.next_cursor))


@bp.get("/templates/<publisher>/<slug>")
@operation(Text("テンプレート", "Read a template"), answer=TemplateDetailOut(), token=False)
def get_template(publisher: str, slug: str) -> Result:
    return Result(queries.get_template(context(), publisher, slug))


@bp.get("/templates/<publisher>/<slug>/versions")
@operation(Text("版の一覧", "List versions"), answer=VersionListOut(), token=False)
def list_versions(publisher: str, slug: str) -> Result:
    ctx = context()
    return Result({"items": queries.read_versions(ctx, queries.get_template_id(ctx, publisher, slug))})


@bp.get("/templates/<publisher>/<slug>/versions/<version>")
@operation(Text("版", "Read a version"), answer=VersionOut(), token=False)
def get_version(publisher: str, slug: str, version: str) -> Result:
    return Result(queries.read_version(context(), publisher, slug, version))


@bp.get("/templates/<publisher>/<slug>/versions/<version>/bundle")
@operation(Text("版のバンドル（zip）", "Download a version's bundle (zip)"), media=ZIP, token=False, is_lent=True)
def download_bundle(publisher: str, slug: str, version: str) -> Result:
    found = queries.find_bundle(context(), publisher, slug, version)
    g.downloaded = found.template_id
    return Result(send_public_blob(BlobFile(found.digest, found.size, f"{slug}-{found.number}.zip")))


@bp.get("/templates/<publisher>/<slug>/versions/<old>/diff/<new>")
@operation(Text("版と版の差分", "Compare two versions"), answer=VersionChangesOut(), token=False)
def compare_versions(publisher: str, slug: str, old: str, new: str) -> Result:
    compared = queries.compare_versions(context(), publisher, slug, old, new)
    return Result({"base": old, "bump": compared.bump.name.lower(), "changes": compared.changes})
