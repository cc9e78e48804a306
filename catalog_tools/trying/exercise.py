"""Does with an installed template what an official would, and tells what did not work."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from flask.testing import FlaskClient

from catalog_tools.parts.records import Expected
from catalog_tools.trying.walking import asks_for_people, walk_process
from catalog_tools.trying.workshop import Installed
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.installs.models import ImportState, StepKind
from marketplace.kintone.errors import KintoneError
from marketplace.kintone.process_paths import first_state


def exercise(installed: Installed, apps: Sequence[AppDefinition], browser: FlaskClient) -> Iterator[str]:
    """Yield what went wrong with the install, and with the samples, pages and processes of these apps.

    Of the views only the first one is fetched as a page; `check_views` fetches all.
    """
    yield from check_install(installed, may_wait=any(asks_for_people(app) for app in apps))
    if installed.progress.failure is not None:
        return
    for app in apps:
        yield from check_samples(installed, app)
        yield from check_conditions(installed, app)
        yield from check_pages(installed, app, browser)
        yield from walk_process(installed, app)


def check_install(installed: Installed, *, may_wait: bool = False) -> Iterator[str]:
    """Yield why an install is not finished, and every difference its verification found.

    With `may_wait` samples may stay in front of a button that is not for the installer: somebody else has been chosen
    for the state, or the button asks for people and nobody has been chosen.
    """
    progress = installed.progress
    if progress.failure is not None:
        yield f"the install stopped: {progress.failure.reason.ja}"
        return
    if progress.import_.state is not ImportState.SUCCEEDED:
        yield f"the install is {progress.import_.state}"
    steps = [step for step in progress.steps if not (may_wait and step.kind is StepKind.STATUSES)]
    yield from (f"the install remarks: {note.ja}" for step in steps for note in step.notes)
    outcome = progress.steps[-1].outcome or {}
    if outcome.get("result") != "identical":
        yield f"what was installed differs from the bundle: {outcome}"


def check_samples(installed: Installed, app: AppDefinition) -> Iterator[str]:
    """Yield which sample records did not arrive, or stand in another state."""
    wanted = samples_of(app)
    found = installed.records(app)
    if len(found) != len(wanted):
        yield f"{app.key}: {len(found)} of {len(wanted)} sample records arrived"
    process = app.part(PartName.PROCESS) or {}
    if process.get("enable") and not asks_for_people(app):
        first = first_state(process)
        states = Counter(str(sample.get("$status", {"value": first})["value"]) for sample in wanted)
        actual = Counter(record["ステータス"]["value"] for record in found)
        if states != actual:
            yield f"{app.key}: sample records stand in {dict(actual)}, wanted are {dict(states)}"


def check_expected(installed: Installed, app: AppDefinition, expected: list[Expected]) -> Iterator[str]:
    """Yield where a formula came to something else than the source says."""
    found = installed.records(app)
    for one in expected:
        value = found[one.record][one.code]["value"] or ""
        if value != one.value:
            yield f"{one.line.file}:{one.line.number}: “{one.code}” comes to {value!r}, the source says {one.value!r}"


def check_conditions(installed: Installed, app: AppDefinition) -> Iterator[str]:
    """Yield which conditions of views and notices can't be asked; those of graphs are, by their page."""
    for place, condition, order in _conditions(app):
        try:
            installed.records(app, condition, order or "$id asc")
        except KintoneError as error:
            yield f"{app.key}: {place}: “{condition} order by {order}”: {error}"


def _conditions(app: AppDefinition) -> Iterator[tuple[str, str, str]]:
    for name, view in (app.part(PartName.VIEWS) or {"views": {}})["views"].items():
        yield f"view “{name}”", view["filterCond"], view["sort"]
    notices = app.part(PartName.NOTIFICATIONS) or {}
    for kind in ("perRecord", "reminder"):
        for notice in notices.get(kind, {}).get("notifications", ()):
            yield f"notice “{notice['title']}”", notice["filterCond"], ""


def check_pages(installed: Installed, app: AppDefinition, browser: FlaskClient) -> Iterator[str]:
    """Yield which pages of an app don't show: its first view, its graphs, a record, the empty form."""
    address = installed.address(app)
    for page in (address, f"{address}reports", f"{address}new", f"{address}show?record=1"):
        answer = browser.get(page)
        if answer.status_code != HTTPStatus.OK:
            yield f"{app.key}: the page {page.removeprefix(address)} answers {answer.status_code}"
        elif page.endswith("reports"):
            yield from _missing_graphs(app, answer.get_data(as_text=True))


def check_views(installed: Installed, app: AppDefinition, browser: FlaskClient) -> Iterator[str]:
    """Yield which views of an app don't show as a page."""
    address = installed.address(app)
    first = browser.get(address).get_data(as_text=True)
    pages = {html.unescape(found) for found in re.findall(rf'href="({address}\?view=[^"]+)"', first)}
    views = (app.part(PartName.VIEWS) or {"views": {}})["views"]
    if len(pages) < len(views):
        yield f"{app.key}: {len(pages)} of {len(views)} views are offered"
    for page in sorted(pages):
        if browser.get(page).status_code != HTTPStatus.OK:
            yield f"{app.key}: the page {page.removeprefix(address)} does not show"


def _missing_graphs(app: AppDefinition, text: str) -> Iterator[str]:
    for name in (app.part(PartName.REPORTS) or {"reports": {}})["reports"]:
        if html.escape(name) not in text:
            yield f"{app.key}: the page of graphs does not show “{name}”"


def samples_of(app: AppDefinition) -> list[JsonObject]:
    """List the sample records of an app."""
    part = app.part(PartName.RECORDS)
    return list(part["records"]) if part else []
