"""Publishers, templates and versions for tests, valid unless told otherwise."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace.bundle.model import Bundle
from marketplace.catalog import services, similar
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.queries import find_template
from marketplace.kernel.actor import Actor, ActorKind, Permission
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality, MunicipalityType
from tests.bundle.factories import make_app, make_bundle, make_field

ASAHIKAWA = "012041"
SHIMOTSUMA = "082104"
OSAKA = "271004"
OPERATOR = "yokoten"
NAMES = {
    ASAHIKAWA: ("北海道", "旭川市", "あさひかわし"),
    SHIMOTSUMA: ("茨城県", "下妻市", "しもつまし"),
    OSAKA: ("大阪府", "大阪市", "おおさかし"),
    OPERATOR: ("", "ヨコテン", "よこてん"),
}
SLUG = "subsidy-grant-management"


def make_municipality(session: Session, code: str = ASAHIKAWA) -> Municipality:
    """Make sure that a municipality is there."""
    found = session.get(Municipality, code)
    if found is not None:
        return found
    prefecture, name, kana = NAMES[code]
    kind = MunicipalityType.OPERATOR if code == OPERATOR else MunicipalityType.CITY
    made = Municipality(code=code, prefecture=prefecture, name=name, kana=kana, type=kind, region="")
    session.add(made)
    session.flush()
    return made


def make_actor(code: str = ASAHIKAWA, *permissions: Permission, person_id: str | None = "person") -> Actor:
    """Make somebody who may do these things for a municipality; everything unless told."""
    granted = frozenset(permissions or Permission)
    return Actor(ActorKind.PERSON, person_id=person_id, municipality_code=code, permissions=granted)


def make_version(
    ctx: Context, number: str = "1.0.0", *, publisher: str = ASAHIKAWA, bundle: Bundle | None = None, **manifest: Any
) -> TemplateVersion:
    """Release a version; keywords change the manifest."""
    make_municipality(ctx.session, publisher)
    return services.add_version(ctx, publisher, bundle or make_bundle(version=number, **manifest))


def make_template(ctx: Context, slug: str = SLUG, *, publisher: str = ASAHIKAWA, **manifest: Any) -> Template:
    """Release the first version of a template."""
    make_version(ctx, publisher=publisher, slug=slug, **manifest)
    template = find_template(ctx, publisher, slug)
    assert template is not None
    return template


def with_fields(number: str, *codes: str, **manifest: Any) -> Bundle:
    """Make a bundle of one app with these text fields."""
    fields = [make_field("SINGLE_LINE_TEXT", code) for code in codes]
    return make_bundle({"request": make_app("申請", *fields)}, version=number, **manifest)


def compare_all(ctx: Context) -> None:
    """Let the worker have had its turn at what is similar."""
    due = similar.due_for_comparison(ctx, ctx.now())
    similar.write_neighbours(ctx, similar.find_neighbours(ctx, due))
