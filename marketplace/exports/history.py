"""What is known from before of apps that are exported: the latest version, earlier exports, installations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from marketplace.bundle.model import Bundle, JsonObject, PlaceholderKind
from marketplace.catalog import queries as catalog
from marketplace.catalog.models import TemplateVersion
from marketplace.exports.keys import KnownKeys
from marketplace.exports.models import Export, ExportState
from marketplace.exports.report import Report
from marketplace.installs.models import Import, Installation
from marketplace.kernel.context import Context
from marketplace.kintone.reading.principals import Principal
from marketplace.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class History:
    """What a new version continues, or what helps with the keys of a first one."""

    base: Bundle | None = None
    """The newest stable version of the template; None for a new template."""
    keys: KnownKeys = field(default_factory=KnownKeys)
    placeholders: Mapping[Principal, str] = field(default_factory=dict)
    """The placeholders that stood for somebody before."""
    declarations: Mapping[str, JsonObject] = field(default_factory=dict)
    """What was said of placeholders before, by key."""
    standing: Mapping[str, str] = field(default_factory=dict)
    """Which placeholder each of the base's has become in the workspace; those left out at the install are missing."""


@dataclass(slots=True)
class _Known:
    """Keys and placeholders as they are collected, the older first."""

    app_keys: dict[str, str] = field(default_factory=dict)
    placeholders: dict[Principal, str] = field(default_factory=dict)
    declarations: dict[str, JsonObject] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A template placed in the workspace."""

    installation: Installation
    manifest: JsonObject
    codes: Mapping[str, str]

    def principals(self) -> Iterator[tuple[str, Principal]]:
        """Yield who was given for each placeholder."""
        for declared in self.manifest.get("placeholders", ()):
            code = self.codes.get(declared["key"])
            if code:
                yield declared["key"], Principal(PlaceholderKind(declared["kind"]), code)

    def tell(self, known: _Known) -> None:
        """Add the keys of the apps and the placeholders."""
        known.app_keys |= {app_id: key for key, app_id in self.installation.app_ids.items()}
        known.placeholders |= {who: key for key, who in self.principals()}
        known.declarations |= {each["key"]: each for each in self.manifest.get("placeholders", ())}


def find_history(ctx: Context, workspace: Workspace, slug: str | None) -> History:
    """Return what is known of the apps of a workspace and of the municipality's own template of that slug."""
    version = find_base(ctx, workspace.municipality_code, slug) if slug else None
    base = None if version is None else catalog.load_bundle(ctx, version)
    placed = list(_placed(ctx, workspace.id))
    own = [each for each in placed if version is not None and each.installation.template_id == version.template_id]
    elsewhere, here = _Known(), _Known()
    for each in placed:
        each.tell(here if each in own else elsewhere)
    for report in _earlier_reports(ctx, workspace.id, slug):
        here.app_keys |= {app.app_id: app.key for app in report.carried}
        here.placeholders |= {Principal(one.kind, one.code): one.key for one in report.replaced}
    declared = () if base is None else base.manifest.raw.get("placeholders", ())
    return History(
        base=base,
        keys=KnownKeys(
            by_id=here.app_keys,
            by_name={} if base is None else {app.name: app.key for app in base.apps},
            elsewhere=elsewhere.app_keys,
        ),
        placeholders=_by_one(here.placeholders, elsewhere.placeholders),
        declarations=elsewhere.declarations | here.declarations | {each["key"]: each for each in declared},
        standing={} if base is None else _standing(base, own, here.placeholders),
    )


def find_base(ctx: Context, municipality_code: str, slug: str) -> TemplateVersion | None:
    """Return the version that the next one of a template follows: the newest stable one, withdrawn or not."""
    template = catalog.find_template(ctx, municipality_code, slug)
    versions = [] if template is None else catalog.versions_of(ctx, template.id)
    return next((version for version in versions if not version.is_prerelease), None)


def _by_one(mine: Mapping[Principal, str], others: Mapping[Principal, str]) -> dict[Principal, str]:
    """Return the placeholders by whom they stand for, of those elsewhere only the keys that are free."""
    taken = set(mine.values())
    free = {who: key for who, key in others.items() if who not in mine and key not in taken}
    once = {key: who for who, key in free.items()}  # The same key may stand for somebody else in another template.
    return {**mine, **{who: key for key, who in once.items()}}


def _standing(base: Bundle, own: list[_Placed], known: Mapping[Principal, str]) -> dict[str, str]:
    """Return what the base's placeholders stand as; where nothing was installed, they were never replaced."""
    keys = [placeholder.key for placeholder in base.manifest.placeholders]
    if not own:
        return {key: key for key in keys}
    given = {key: known[who] for key, who in own[-1].principals()}
    return {key: key for key in keys if key in known.values()} | {key: given[key] for key in keys if key in given}


def _placed(ctx: Context, workspace_id: str) -> Iterator[_Placed]:
    """Yield what is installed in a workspace, the oldest first."""
    rows = ctx.session.execute(
        select(Installation, TemplateVersion.manifest, Import.placeholders)
        .join(TemplateVersion, TemplateVersion.id == Installation.version_id)
        .outerjoin(Import, Import.installation_id == Installation.id)
        .where(Installation.workspace_id == workspace_id)
        .order_by(Installation.installed_at, Installation.id)
    )
    for installation, manifest, codes in rows:
        yield _Placed(installation, manifest, codes or {})


def _earlier_reports(ctx: Context, workspace_id: str, slug: str | None) -> Iterator[Report]:
    """Yield the reports of earlier exports to the same template, the oldest first."""
    if not slug:
        return
    chosen = select(Export.report).where(
        Export.workspace_id == workspace_id,
        Export.slug == slug,
        Export.dry_run.is_(False),
        Export.state == ExportState.SUCCEEDED,
    )
    for document in ctx.session.scalars(chosen.order_by(Export.created_at, Export.id)):
        if document is not None:
            yield Report.from_document(document)
