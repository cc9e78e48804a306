"""A workspace's page as values: what is installed, what is under way, how programs reach it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from marketplace.installs.queries import ImportSummary, InstallationView
from marketplace.kernel.text import Language, Text
from marketplace.sandbox.deploys.queries import AppDeployStatus
from marketplace.web.apps.visit import app_address
from marketplace.web.catalog_cards import template_address
from marketplace.web.install_pages import STATES, UNDER_WAY, AppLink

if TYPE_CHECKING:
    from marketplace.workspaces.models import Workspace
    from marketplace.workspaces.services import NewWorkspace


@dataclass(frozen=True, slots=True)
class InstalledTemplate:
    """A template placed in the workspace, with its apps."""

    name: str
    number: str
    newer: str | None
    installed_at: datetime
    address: str
    apps: tuple[AppLink, ...]


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
class WorkspacePage:
    """Everything the page shows of a workspace."""

    id: str
    name: str
    created_at: datetime
    kintone_url: str
    user: str
    may_manage: bool
    installed: tuple[InstalledTemplate, ...]
    running: tuple[ImportLink, ...]
    finished: tuple[ImportLink, ...]
    failed_deploys: tuple[FailedDeploy, ...]
    secret: NewWorkspace | None
    """The new password, right after it was made; never again."""


@dataclass(frozen=True, slots=True)
class Access:
    """How programs reach a workspace, and whether the reader may change that."""

    kintone_url: str
    user: str
    may_manage: bool
    secret: NewWorkspace | None = None


def show_workspace(
    workspace: Workspace,
    installations: list[InstallationView],
    imports: list[ImportSummary],
    deploys: list[AppDeployStatus],
    access: Access,
    language: Language,
) -> WorkspacePage:
    """Return the page of a workspace."""
    return WorkspacePage(
        id=workspace.id,
        name=workspace.name,
        created_at=workspace.created_at,
        kintone_url=access.kintone_url,
        user=access.user,
        may_manage=access.may_manage,
        installed=tuple(_installed(view, language) for view in installations),
        running=tuple(_link(each, language) for each in imports if each.import_.state.value in UNDER_WAY),
        finished=tuple(_link(each, language) for each in imports if each.import_.state.value not in UNDER_WAY),
        failed_deploys=tuple(
            FailedDeploy(each.app_name, each.app_id, each.reason.in_language(language))
            for each in deploys
            if each.reason is not None
        ),
        secret=access.secret,
    )


def _installed(view: InstallationView, language: Language) -> InstalledTemplate:
    installation, template = view.installation, view.template
    return InstalledTemplate(
        name=Text(template.name_ja, template.name_en).in_language(language),
        number=view.version,
        newer=view.newer_version,
        installed_at=installation.installed_at,
        address=template_address(template.publisher_code, template.slug),
        apps=tuple(
            AppLink(installation.app_names.get(key, key), app_address(installation.workspace_id, app_id), str(app_id))
            for key, app_id in installation.app_ids.items()
        ),
    )


def _link(summary: ImportSummary, language: Language) -> ImportLink:
    template, import_ = summary.template, summary.import_
    return ImportLink(
        name=Text(template.name_ja, template.name_en).in_language(language),
        state_name=STATES[import_.state.value].in_language(language),
        created_at=import_.created_at,
        address=f"/imports/{import_.id}",
    )
