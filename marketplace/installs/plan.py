"""Says what an install would do, without doing any of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import exists, select

from marketplace.bundle.model import AppDefinition, Bundle, Localisation, PersonalData, PlaceholderKind
from marketplace.bundle.placeholders import find_placeholders
from marketplace.catalog import queries as catalog
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.installs.cautions import list_warnings
from marketplace.installs.errors import PlaceholderUnknownError, WorkspaceUnusableError
from marketplace.installs.inputs import ImportInput, ImportOrder
from marketplace.installs.leftovers import Leftovers, Wanted, foresee
from marketplace.installs.models import Installation
from marketplace.installs.outline import PlannedStep, outline
from marketplace.installs.policy import require_installer
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.text import Text
from marketplace.kintone.process_paths import is_enabled
from marketplace.kintone.samples import sample_records
from marketplace.kintone.translation import customization_items, plugin_names
from marketplace.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class PlannedApp:
    """An app that will be made."""

    key: str
    name: str
    field_count: int
    views: tuple[str, ...]
    has_process: bool
    sample_records: int


@dataclass(frozen=True, slots=True)
class PlannedPlaceholder:
    """A placeholder, and the code it will be replaced by; without a code it is dropped where it stands."""

    key: str
    kind: PlaceholderKind
    label: Text
    hint: Text | None
    code: str | None
    uses: int


@dataclass(frozen=True, slots=True)
class PlannedScript:
    """A JavaScript or CSS file that will run in the app."""

    app_key: str
    app_name: str
    source: str
    """The file's path in the bundle, or the address it is loaded from."""


@dataclass(frozen=True, slots=True)
class PlannedPlugin:
    """A plug-in that the workspace has to have."""

    app_key: str
    app_name: str
    plugin_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an install would do."""

    workspace: Workspace
    template: Template
    version: TemplateVersion
    order: ImportOrder
    apps: tuple[PlannedApp, ...]
    steps: tuple[PlannedStep, ...]
    placeholders: tuple[PlannedPlaceholder, ...]
    localise: tuple[Localisation, ...]
    scripts: tuple[PlannedScript, ...]
    plugins: tuple[PlannedPlugin, ...]
    personal_data: PersonalData | None
    warnings: tuple[Text, ...]
    leftovers: tuple[Leftovers, ...]
    """What earlier imports of the template left behind in the workspace."""
    continued: Leftovers | None
    """Those among them that are used, if they are still what the import left."""

    @property
    def api_calls(self) -> int:
        """How many calls of the kintone API it takes when nothing goes wrong."""
        return sum(step.calls for step in self.steps)

    @property
    def continued_id(self) -> str | None:
        """The import whose apps are used."""
        return None if self.continued is None else self.continued.import_.id

    @property
    def sample_records(self) -> int:
        """How many sample records are added."""
        return sum(app.sample_records for app in self.apps) if self.order.sample_records else 0


def make_plan(ctx: Context, workspace_id: str, data: Mapping[str, object]) -> Plan:
    """Return what installing a template into a workspace would do (`data`: installs.inputs.ImportInput).

    Raises WorkspaceUnusableError, PlaceholderUnknownError, and what catalog.queries.resolve_version raises.
    """
    workspace = _open_workspace(ctx, workspace_id)
    order: ImportOrder = ImportInput().load(data)
    version = catalog.resolve_version(ctx, order.publisher, order.slug, order.version)
    bundle = catalog.load_bundle(ctx, version)
    unknown = sorted(set(order.placeholders) - {placeholder.key for placeholder in bundle.manifest.placeholders})
    if unknown:
        raise PlaceholderUnknownError(keys=", ".join(unknown))
    placeholders = tuple(_placeholders(bundle, order.placeholders))
    scripts, plugins = tuple(_scripts(bundle)), tuple(_plugins(bundle))
    answers = {"placeholders": order.placeholders, "with_sample_records": order.sample_records}
    steps = outline(bundle, order.placeholders, with_sample_records=order.sample_records)
    foreseen = foresee(ctx, Wanted(workspace, version, answers), steps)
    unmapped = [placeholder.label for placeholder in placeholders if placeholder.uses and not placeholder.code]
    return Plan(
        workspace=workspace,
        template=ctx.session.get_one(Template, version.template_id),
        version=version,
        order=order,
        apps=tuple(_planned(app) for app in bundle.apps),
        steps=tuple(foreseen.steps),
        leftovers=foreseen.leftovers,
        continued=foreseen.continued,
        placeholders=placeholders,
        localise=bundle.manifest.localise,
        scripts=scripts,
        plugins=plugins,
        personal_data=bundle.manifest.personal_data,
        warnings=tuple(
            list_warnings(
                bundle,
                unmapped=unmapped,
                scripts=[script.source for script in scripts],
                plugins=[plugin.name for plugin in plugins],
                is_again=_is_installed(ctx, workspace_id, version.template_id),
            )
        ),
    )


def _open_workspace(ctx: Context, workspace_id: str) -> Workspace:
    workspace = ctx.session.get(Workspace, workspace_id)
    if workspace is None:
        raise NotFoundError
    require_installer(ctx.actor, municipality_code=workspace.municipality_code, workspace_id=workspace.id)
    if workspace.closed_at is not None:
        raise WorkspaceUnusableError
    return workspace


def _is_installed(ctx: Context, workspace_id: str, template_id: str) -> bool:
    there = exists().where(Installation.workspace_id == workspace_id, Installation.template_id == template_id)
    return bool(ctx.session.scalar(select(there)))


def _planned(app: AppDefinition) -> PlannedApp:
    return PlannedApp(
        key=app.key,
        name=app.name,
        field_count=sum(1 + len(field.get("fields", {})) for field in app.fields.values()),
        views=tuple((app.part("views") or {}).get("views") or ()),
        has_process=is_enabled(app.part("process")),
        sample_records=len(sample_records(app)),
    )


def _placeholders(bundle: Bundle, codes: Mapping[str, str]) -> Iterator[PlannedPlaceholder]:
    used = [use.key for app in bundle.apps for use in find_placeholders(app)]
    for one in bundle.manifest.placeholders:
        yield PlannedPlaceholder(one.key, one.kind, one.label, one.hint, codes.get(one.key), used.count(one.key))


def _scripts(bundle: Bundle) -> Iterator[PlannedScript]:
    for app in bundle.apps:
        for item in customization_items(app):
            source = item["url"] if item.get("type") == "URL" else item["file"]["path"]
            yield PlannedScript(app.key, app.name, str(source))


def _plugins(bundle: Bundle) -> Iterator[PlannedPlugin]:
    for app in bundle.apps:
        for plugin_id, name in plugin_names(app).items():
            yield PlannedPlugin(app.key, app.name, plugin_id, name)
