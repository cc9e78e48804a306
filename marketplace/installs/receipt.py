"""Tells of an import what an official attaches to the papers: what came, where, by whom, and whether it fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.audit.queries import find_actor_name
from marketplace.bundle.model import Bundle, PlaceholderKind
from marketplace.bundle.references import all_fields
from marketplace.catalog import queries as catalog
from marketplace.installs.models import Import, StepKind
from marketplace.installs.queries import ImportProgress, get_import
from marketplace.installs.tailoring import options_of, tailored_bundle
from marketplace.installs.target import Target, target_of
from marketplace.installs.verification import Verification
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality
from marketplace.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Party:
    """A municipality by code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ReceiptApp:
    """An app that was made."""

    key: str
    name: str
    template_name: str
    """What the template calls it."""
    id: str | None
    """None until it was made."""
    field_count: int
    sample_records: int


@dataclass(frozen=True, slots=True)
class ReceiptPlaceholder:
    """A placeholder, and the code it became; without one it was dropped where it stood."""

    key: str
    kind: PlaceholderKind
    label: Text
    code: str | None


@dataclass(frozen=True, slots=True)
class ReceiptList:
    """A choice field that got options of its own instead of the template's."""

    app_key: str
    app_name: str
    field_code: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """An import on one sheet."""

    progress: ImportProgress
    publisher: Party
    municipality: Party
    workspace_name: str
    started_by: str
    """The name of whoever asked for it: a person, or an API token."""
    apps: tuple[ReceiptApp, ...]
    placeholders: tuple[ReceiptPlaceholder, ...]
    target: Target | None
    """The space that the apps went into; None where they are in none, and for guest spaces, which are the workspace."""
    lists: tuple[ReceiptList, ...]
    left_behind: tuple[Text, ...]
    verification: Verification | None
    """None until everything was read back, and for imports from before that was done."""

    @property
    def import_(self) -> Import:
        """The import itself."""
        return self.progress.import_

    @property
    def sample_records(self) -> int:
        """How many sample records came."""
        return sum(app.sample_records for app in self.apps)


def make_receipt(ctx: Context, import_id: str) -> Receipt:
    """Return the receipt of an import of the caller's own municipality. Raises NotFoundError."""
    progress = get_import(ctx, import_id)
    import_ = progress.import_
    template = catalog.load_bundle(ctx, progress.version)
    bundle = tailored_bundle(template, import_)
    return Receipt(
        progress=progress,
        publisher=_party(ctx, progress.template.publisher_code),
        municipality=_party(ctx, import_.municipality_code),
        workspace_name=ctx.session.get_one(Workspace, import_.workspace_id).name,
        started_by=_starter(ctx, import_),
        apps=tuple(_apps(template, bundle, progress)),
        placeholders=tuple(_placeholders(bundle, import_)),
        target=target_of(import_.target),
        lists=tuple(_lists(template, bundle, import_)),
        left_behind=tuple(note for step in progress.steps if step.kind is not StepKind.VERIFY for note in step.notes),
        verification=_verification(progress),
    )


def _party(ctx: Context, code: str) -> Party:
    return Party(code, ctx.session.get_one(Municipality, code).name)


def _starter(ctx: Context, import_: Import) -> str:
    name = find_actor_name(
        ctx.session,
        "import.started",
        f"import:{import_.id}",
        municipality_code=import_.municipality_code,
        since=import_.created_at,
    )
    return name or import_.started_by or ""


def _apps(template: Bundle, bundle: Bundle, progress: ImportProgress) -> Iterator[ReceiptApp]:
    adding = [step for step in progress.steps if step.kind is StepKind.RECORDS]
    came = {step.app_key: len((step.outcome or {}).get("ids", ())) for step in adding}
    for app in bundle.apps:
        count = sum(1 + len(field.get("fields", {})) for field in app.fields.values())
        yield ReceiptApp(
            key=app.key,
            name=app.name,
            template_name=template.app(app.key).name,
            id=progress.app_ids.get(app.key),
            field_count=count,
            sample_records=came.get(app.key, 0),
        )


def _placeholders(bundle: Bundle, import_: Import) -> Iterator[ReceiptPlaceholder]:
    for one in bundle.manifest.placeholders:
        yield ReceiptPlaceholder(one.key, one.kind, one.label, import_.placeholders.get(one.key))


def _lists(template: Bundle, bundle: Bundle, import_: Import) -> Iterator[ReceiptList]:
    """Yield every field whose options differ from the template's, those that had to follow among them."""
    for app in bundle.apps:
        for one in all_fields(app):
            options = options_of(bundle, (app.key, one.code))
            if import_.localise and options != options_of(template, (app.key, one.code)):
                yield ReceiptList(app.key, app.name, one.code, options)


def _verification(progress: ImportProgress) -> Verification | None:
    outcomes = [step.outcome for step in progress.steps if step.kind is StepKind.VERIFY]
    return Verification.from_document(outcomes[-1]) if outcomes and outcomes[-1] else None
