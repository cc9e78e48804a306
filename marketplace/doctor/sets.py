"""Whether what is written down of the members of sets is what their manifests say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bundle.assembling import build_manifest
from marketplace.bundle.model import Inclusion, Manifest
from marketplace.catalog.models import IncludedTemplate, Template, TemplateVersion
from marketplace.catalog.sets import renew_members
from marketplace.doctor.findings import AT_ONCE, MENDABLE, Finding, Patient
from marketplace.kernel.text import Text


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Compare the members of each version, some hundred versions at a time."""
    label = Template.publisher_code + "/" + Template.slug + "@" + TemplateVersion.number
    versions = select(TemplateVersion.id, label, TemplateVersion.manifest).join(Template).order_by(TemplateVersion.id)
    after = ""
    while True:
        with patient.reading() as ctx:
            rows = ctx.session.execute(versions.where(TemplateVersion.id > after).limit(AT_ONCE)).all()
            written = _written(ctx.session, [version_id for version_id, _, _ in rows])
        if not rows:
            return
        for version_id, name, raw in rows:
            manifest = build_manifest(raw)
            if written[version_id] != manifest.includes:
                found = _finding(name)
                yield _mend(patient, version_id, manifest, found) if mend else found
        after = rows[-1][0]


def _written(session: Session, versions: Sequence[str]) -> defaultdict[str, tuple[Inclusion, ...]]:
    found: defaultdict[str, tuple[Inclusion, ...]] = defaultdict(tuple)
    members = select(IncludedTemplate).where(IncludedTemplate.version_id.in_(versions))
    for each in session.scalars(members.order_by(IncludedTemplate.position)):
        found[each.version_id] += (Inclusion(each.slug, each.number, tuple(each.apps)),)
    return found


def _finding(name: str) -> Finding:
    return Finding(
        "members-wrong",
        f"version:{name}",
        Text(
            f"セットに入るテンプレートの記録が、マニフェストと違います：{name}",
            f"What is written down of the templates in {name} is not what its manifest says",
        ),
        MENDABLE,
        can_be_mended=True,
    )


def _mend(patient: Patient, version_id: str, manifest: Manifest, found: Finding) -> Finding:
    with patient.writing() as ctx:
        renew_members(ctx, version_id, manifest)
    return found.mended()
