"""The records of built-in workspaces as CSV, one file for each app, as its own pages write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from marketplace.holdings.takeouts.tables import Archive, document
from marketplace.kernel.context import Context
from marketplace.sandbox import sites
from marketplace.sandbox.apps import AppFilter, list_apps
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.csv_files.writing import CsvEncoder, Export, export_lines
from marketplace.sandbox.models import App
from marketplace.workspaces.models import Workspace

LINES_AT_ONCE = 200
MOST_APPS = 10_000
EVERYTHING = Export(query="", search="", codes=None)


def add_records(workspace_id: str, ctx: Context, archive: Archive) -> None:
    """Write every record of every app of a workspace, as its owner sees them. Raises TakeoutTooLargeError."""
    workspace = ctx.session.get_one(Workspace, workspace_id)
    owner = sites.owner(ctx.session, workspace_id)
    place = f"records/{workspace_id}"
    apps = list_apps(ctx.session, owner, AppFilter(), limit=MOST_APPS)
    index = [{"app": app.app_id, "name": app.name, "file": f"{app.app_id}.csv"} for app in apps]
    archive.add(f"{place}/apps.json", [document({"workspace": workspace.name, "apps": index})])
    for app in apps:
        archive.add(f"{place}/{app.app_id}.csv", _pieces(ctx, owner, app))


def _pieces(ctx: Context, owner: Caller, app: App) -> Iterator[bytes]:
    lines = export_lines(ctx.session, owner, app, EVERYTHING, ctx.now())
    return _joined(CsvEncoder("utf-8").encode(lines))


def _joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    rest = iter(lines)
    for first in rest:
        yield b"".join(chain([first], islice(rest, LINES_AT_ONCE)))
