"""The records of a list as a CSV file: a page to choose how, and the file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from flask import Response, render_template, request

from marketplace.edge.context import language
from marketplace.edge.streaming import stream
from marketplace.kernel.context import Context
from marketplace.sandbox.apps import get_live_app
from marketplace.sandbox.csv_files.writing import ENCODINGS, CsvEncoder, Export, Replaced, export_lines
from marketplace.sandbox.policy import require_app_right
from marketplace.web.apps.index import read_request, whole_query
from marketplace.web.apps.list_page import Around, Request, around
from marketplace.web.apps.list_state import Parameters, read_state
from marketplace.web.apps.visit import Visit, gone_is_not_found, pages, visit
from marketplace.web.dates import local_day

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

IN_MEMORY = 1024 * 1024
PIECE = 64 * 1024
LINES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ExportPage:
    """What a reader chooses before the file is made."""

    around: Around
    list_name: str
    narrows: bool
    kept: Parameters
    back_address: str
    replaced: tuple[Replaced, ...] = ()
    """Characters that the chosen encoding lacks."""
    replaced_count: int = 0
    again: Parameters = ()  # type: ignore[assignment]  # nothing yet
    """What the choice was, to be sent once more."""


@pages.get("/w/<workspace_id>/k/<int:app_id>/export")
def ask_export(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Ask how the records of a list are to be written."""
    here = _visit_exporter(workspace_id, app_id)
    return render_template("apps/export.html", page=_page(here, _asked(here)))


@pages.get("/w/<workspace_id>/k/<int:app_id>/export.csv")
def export(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Write the records of a list as CSV; characters that Shift_JIS lacks are told before they are replaced."""
    here = _visit_exporter(workspace_id, app_id)
    asked = _asked(here)
    wanted = _wanted(asked)
    encoding = request.args.get("encoding", "utf-8")
    encoding = encoding if encoding in ENCODINGS else "utf-8"
    # The refusals of a query come before the file begins.
    lines = export_lines(here.ctx.session, here.caller, here.live.app, wanted, here.ctx.now())
    if encoding == "utf-8" or request.args.get("replace") == "yes":
        return _file(here, stream(lambda ctx: _bytes(ctx, here, wanted, encoding)), encoding)
    encoder = CsvEncoder(encoding)
    written = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer reads and closes it
    written.writelines(encoder.encode(lines))
    if encoder.count:
        written.close()
        return render_template("apps/export.html", page=_page(here, asked, encoder))
    return _file(here, _pieces(written), encoding)


def _visit_exporter(workspace_id: str, app_id: int) -> Visit:
    here = visit(workspace_id, app_id)
    with gone_is_not_found():
        require_app_right(here.ctx.session, here.caller, here.live.app, "export")
    return here


def _asked(here: Visit) -> Request:
    """Return the list that is meant. Raises NoPrivilegeError never; a filter that makes no sense is left out."""
    return read_request(here, read_state(request.args), language())


def _wanted(asked: Request) -> Export:
    columns = None if request.args.get("columns") == "all" else asked.chosen.columns
    is_raw = request.args.get("raw") == "yes"
    return Export(whole_query(asked), asked.state.search, columns, is_raw=is_raw)


def _bytes(ctx: Context, here: Visit, wanted: Export, encoding: str) -> Iterator[bytes]:
    app = get_live_app(ctx.session, here.caller, here.live.app.app_id)
    lines = export_lines(ctx.session, here.caller, app, wanted, ctx.now())
    return _joined(CsvEncoder(encoding).encode(lines))


def _joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield many lines in one piece: each piece costs a call to the network."""
    rest = iter(lines)
    for first in rest:
        yield b"".join(chain([first], islice(rest, LINES_AT_ONCE)))


def _pieces(written: IO[bytes]) -> Iterator[bytes]:
    written.seek(0)
    with written:
        yield from iter(lambda: written.read(PIECE), b"")


def _file(here: Visit, content: Iterator[bytes], encoding: str) -> Response:
    charset = "utf-8" if encoding == "utf-8" else "Shift_JIS"
    name = f"{here.live.name}_{local_day(here.ctx.now()):%Y%m%d}.csv"
    response = Response(content, content_type=f"text/csv; charset={charset}")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response


def _page(here: Visit, asked: Request, encoder: CsvEncoder | None = None) -> ExportPage:
    state = asked.state.at_start()
    again = [(name, value) for name, value in request.args.items(multi=True) if name not in {"replace", "encoding"}]
    return ExportPage(
        around=around(here),
        list_name=asked.chosen.name,
        narrows=state.narrows,
        kept=state.parameters(),
        back_address=state.address(here.address),
        replaced=tuple(encoder.noted) if encoder else (),
        replaced_count=encoder.count if encoder else 0,
        again=again,
    )
