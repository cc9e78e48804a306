"""A workspace's page as values: what is installed, what is under way, how programs reach it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from marketplace.installs.leftovers import Leftovers
from marketplace.installs.queries import ImportSummary, InstallationView
from marketplace.kernel.limits import MEGABYTE
from marketplace.kernel.text import Language, Text
from marketplace.sandbox.deploys.queries import AppDeployStatus
from marketplace.sandbox.quotas.services import Usage
from marketplace.web.catalog_cards import template_address
from marketplace.web.check_offers import CheckOffer
from marketplace.web.install_pages import STATES, UNDER_WAY, AppLink
from marketplace.web.leftovers_page import ShownLeftovers, show_leftovers
from marketplace.web.rendering import number, size

if TYPE_CHECKING:
    from marketplace.sandbox.models import App
    from marketplace.workspaces.models import Workspace
    from marketplace.workspaces.services import NewWorkspace


@dataclass(frozen=True, slots=True)
class InstalledTemplate:
    """A template placed in the workspace, with its apps."""

    id: str
    name: str
    number: str
    newer: str | None
    installed_at: datetime
    address: str
    apps: tuple[AppLink, ...]
    closed: int
    """How many further apps there are that the reader may not open."""
    check: CheckOffer | None
    """None where this service can't read the apps."""


@dataclass(frozen=True, slots=True)
class ImportLink:
    """One import of the workspace."""

    name: str
    state_name: str
    created_at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class FailedDeploy:
    """An app whose prepared settings could not come into use."""

    app_name: str
    app_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class UsageRow:
    """How much of one kind the workspace holds, and how much it may."""

    name: str
    held: str
    limit: str


@dataclass(frozen=True, slots=True)
class WorkspacePage:
    """Everything the page shows of a workspace."""

    id: str
    name: str
    created_at: datetime
    kintone_url: str
    user: str
    may_manage: bool
    may_install: bool
    may_export: bool
    installed: tuple[InstalledTemplate, ...]
    leftovers: tuple[ShownLeftovers, ...]
    deletes_apps: bool
    """Whether leftovers can be deleted from here."""
    other_apps: tuple[AppLink, ...]
    """Those that no installation made or left behind."""
    running: tuple[ImportLink, ...]
    finished: tuple[ImportLink, ...]
    failed_deploys: tuple[FailedDeploy, ...]
    usage: tuple[UsageRow, ...]
    app_records: str
    """How many records one app may have."""
    secret: NewWorkspace | None
    """The new password, right after it was made; never again."""


@dataclass(frozen=True, slots=True)
class Access:
    """How programs reach a workspace, and whether the reader may change that."""

    kintone_url: str
    user: str
    may_manage: bool
    may_install: bool
    may_export: bool
    """Whether the reader may make templates of its apps."""
    secret: NewWorkspace | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a workspace holds and what happened in it."""

    installations: list[InstallationView]
    checks: Mapping[str, CheckOffer]
    imports: list[ImportSummary]
    leftovers: list[Leftovers]
    deploys: list[AppDeployStatus]
    usage: Usage
    apps: list[App]
    """The apps in use that the reader may see, as many as one list shows."""
    openable: frozenset[int] | None
    """The numbers of the installed apps that the reader may open; None where that is all of them."""


def show_workspace(workspace: Workspace, holdings: Holdings, access: Access, language: Language) -> WorkspacePage:
    """Return the page of a workspace."""
    return WorkspacePage(
        id=workspace.id,
        name=workspace.name,
        created_at=workspace.created_at,
        kintone_url=access.kintone_url,
        user=access.user,
        may_manage=access.may_manage,
        may_install=access.may_install,
        leftovers=show_leftovers(workspace, holdings.leftovers, language),
        deletes_apps=True,
        may_export=access.may_export,
        installed=show_installed(workspace, holdings.installations, holdings.checks, language, holdings.openable),
        other_apps=tuple(_other_apps(workspace, holdings)),
        running=show_imports(holdings.imports, language, under_way=True),
        finished=show_imports(holdings.imports, language, under_way=False),
        failed_deploys=tuple(
            FailedDeploy(each.app_name, each.app_id, each.reason.in_language(language))
            for each in holdings.deploys
            if each.reason is not None
        ),
        usage=_usage(holdings.usage, language),
        app_records=number(holdings.usage.limits.app_records),
        secret=access.secret,
    )


def _other_apps(workspace: Workspace, holdings: Holdings) -> Iterator[AppLink]:
    installed = {int(app_id) for view in holdings.installations for app_id in view.installation.app_ids.values()}
    left = {int(app.app_id) for each in holdings.leftovers for app in each.apps}
    for app in holdings.apps:
        if app.app_id not in installed | left:
            yield AppLink(app.name, workspace.address_of(app.app_id), str(app.app_id))


def show_installed(
    workspace: Workspace,
    installations: list[InstallationView],
    checks: Mapping[str, CheckOffer],
    language: Language,
    openable: frozenset[int] | None = None,
) -> tuple[InstalledTemplate, ...]:
    """Return what is installed in a workspace; apps that the reader may not open are counted, not named."""
    return tuple(
        _installed(workspace, view, checks.get(view.installation.id), language, openable) for view in installations
    )


def show_imports(imports: list[ImportSummary], language: Language, *, under_way: bool) -> tuple[ImportLink, ...]:
    """Return the imports of a workspace that are under way, or those that have ended."""
    return tuple(_link(each, language) for each in imports if (each.import_.state.value in UNDER_WAY) is under_way)


def _usage(usage: Usage, language: Language) -> tuple[UsageRow, ...]:
    limits = usage.limits
    counted = (
        (Text("アプリ", "Apps"), usage.apps, limits.apps),
        (Text("レコード", "Records"), usage.records, limits.records),
        (Text("利用者", "Users"), usage.users, limits.users),
    )
    rows = [UsageRow(name.in_language(language), number(held), number(limit)) for name, held, limit in counted]
    files = Text("ファイル", "Files").in_language(language)
    held = size(usage.file_bytes) if usage.file_bytes else "0KB"
    return (*rows, UsageRow(files, held, f"{number(limits.file_bytes // MEGABYTE)}MB"))


def _installed(
    workspace: Workspace,
    view: InstallationView,
    check: CheckOffer | None,
    language: Language,
    openable: frozenset[int] | None,
) -> InstalledTemplate:
    installation, template = view.installation, view.template
    shown = {key: app for key, app in installation.app_ids.items() if openable is None or int(app) in openable}
    return InstalledTemplate(
        id=installation.id,
        name=Text(template.name_ja, template.name_en).in_language(language),
        number=view.version,
        newer=view.newer_version,
        installed_at=installation.installed_at,
        address=template_address(template.publisher_code, template.slug),
        apps=tuple(
            AppLink(installation.app_names.get(key, key), workspace.address_of(app_id), str(app_id))
            for key, app_id in shown.items()
        ),
        closed=len(installation.app_ids) - len(shown),
        check=check,
    )


def _link(summary: ImportSummary, language: Language) -> ImportLink:
    template, import_ = summary.template, summary.import_
    return ImportLink(
        name=Text(template.name_ja, template.name_en).in_language(language),
        state_name=STATES[import_.state.value].in_language(language),
        created_at=import_.created_at,
        address=f"/imports/{import_.id}",
    )
