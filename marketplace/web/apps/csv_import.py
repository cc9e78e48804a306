"""Records out of a CSV file: the file, which column is what, what would happen, and that it happens."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.audit import services as audit
from marketplace.edge.attempt import attempt
from marketplace.edge.context import language
from marketplace.kernel.errors import NotFoundError
from marketplace.sandbox.csv_files.decoding import CsvFile, read_csv
from marketplace.sandbox.csv_files.errors import CsvTooLargeError
from marketplace.sandbox.csv_files.importing import Import, check_import, perform_import
from marketplace.sandbox.csv_files.limits import MOST_BYTES, limits
from marketplace.sandbox.csv_files.reading import ColumnMapping
from marketplace.sandbox.csv_files.targets import guess_key, guess_targets
from marketplace.sandbox.files import forget_upload, read_upload, store_upload
from marketplace.sandbox.form import Form, live_form
from marketplace.sandbox.policy import require_app_right
from marketplace.sandbox.records.errors import StoredFileNotFoundError
from marketplace.sandbox.rights.field_rights import field_access
from marketplace.web.apps.import_page import show_mapping, show_outcome
from marketplace.web.apps.list_page import around
from marketplace.web.apps.visit import Visit, gone_is_not_found, pages, visit
from marketplace.web.forms import FormState, filled, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

CSV = "text/csv"


@pages.get("/w/<workspace_id>/k/<int:app_id>/import")
def ask_import(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Ask for a CSV file."""
    return _ask(_visit_importer(workspace_id, app_id), filled())


@pages.post("/w/<workspace_id>/k/<int:app_id>/import")
def upload_import(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Keep a CSV file that can be read, and go on to what its columns are."""
    here = _visit_importer(workspace_id, app_id)
    upload = request.files.get("file")
    data = upload.read() if upload else b""
    with attempt() as tried:
        read_csv(data)
        name = upload.filename or "" if upload else ""
        key = store_upload(
            here.ctx.session, here.ctx.ports.blobs, here.workspace.id,
            name=name, content_type=CSV, data=data, now=here.ctx.now(),
        )  # fmt: skip
        return redirect(f"{here.address}import/{key}", HTTPStatus.SEE_OTHER)
    return _ask(here, refused(tried.error, request.form))


@pages.get("/w/<workspace_id>/k/<int:app_id>/import/<key>")
def map_import(workspace_id: str, app_id: int, key: str) -> ResponseReturnValue:
    """Show the first lines of a file and what its columns seem to be."""
    here = _visit_importer(workspace_id, app_id)
    file, form = _read(here, key), _form(here)
    targets = guess_targets(form, file.header)
    mapping = ColumnMapping(tuple(targets), guess_key(form, targets))
    return render_template("apps/import_mapping.html", page=show_mapping(here, key, file, form, mapping, language()))


@pages.post("/w/<workspace_id>/k/<int:app_id>/import/<key>")
def run_import(workspace_id: str, app_id: int, key: str) -> ResponseReturnValue:
    """Tell what an import would do; or do it, all or nothing."""
    here = _visit_importer(workspace_id, app_id)
    file, form = _read(here, key), _form(here)
    mapping = _mapping(file)
    order = Import(here.ctx.session, here.caller, here.live.app, file, mapping, here.ctx.now())
    performs = request.form.get("step") == "run"
    outcome = perform_import(order) if performs else check_import(order)
    page = show_outcome(here, key, file, mapping, outcome, language(), is_done=performs and not outcome.problems)
    if page.is_done:
        # The file serves once: whoever sends the page again finds it gone, and nothing is added twice.
        forget_upload(here.ctx.session, here.workspace.id, key)
        subject = f"workspace:{here.workspace.id}"
        audit.record(
            here.ctx, "records.imported", subject,
            app=here.live.app.app_id, added=outcome.added, updated=outcome.updated,
        )  # fmt: skip
    if page.problems:
        mapping_page = show_mapping(here, key, file, form, mapping, language())
        return render_template("apps/import_mapping.html", page=mapping_page, outcome=page), _status(page.is_done)
    return render_template("apps/import_outcome.html", page=page)


def _status(is_done: bool) -> HTTPStatus:  # noqa: FBT001 - a fact
    return HTTPStatus.OK if is_done else HTTPStatus.UNPROCESSABLE_ENTITY


def _visit_importer(workspace_id: str, app_id: int) -> Visit:
    here = visit(workspace_id, app_id)
    with gone_is_not_found():
        require_app_right(here.ctx.session, here.caller, here.live.app, "import")
    return here


def _ask(here: Visit, form: FormState) -> ResponseReturnValue:
    return render_template("apps/import.html", around=around(here), form=form, limits=limits()), form.status


def _read(here: Visit, key: str) -> CsvFile:
    """Return an upload as a file. Raises NotFoundError for one that was used, or never was."""
    try:
        data = read_upload(here.ctx.session, here.ctx.ports.blobs, here.workspace.id, key, most=MOST_BYTES)
    except StoredFileNotFoundError as error:
        raise NotFoundError from error
    if data is None:
        raise CsvTooLargeError(**limits())
    return read_csv(data)


def _form(here: Visit) -> Form:
    return field_access(live_form(here.ctx.session, here.live.app), here.caller).form_seen


def _mapping(file: CsvFile) -> ColumnMapping:
    """Return what the form says of the columns; a target is taken once."""
    targets: list[str] = []
    for position in range(len(file.header)):
        name = request.form.get(f"column{position}", "")
        targets.append(name if name not in targets else "")
    return ColumnMapping(tuple(targets), request.form.get("key", ""))
