"""The log of what was done for a municipality, for its administrators: searched on a page, and saved as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from marketplace.accounts.queries import names_of, people_named
from marketplace.audit.inputs import MOST_LETTERS, LogInput
from marketplace.audit.models import AuditEvent
from marketplace.audit.policy import require_auditor
from marketplace.audit.queries import EventFilter, list_events, stream_events
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.edge.streaming import stream
from marketplace.kernel.actor import ActorKind
from marketplace.kernel.text import Language, Text
from marketplace.sandbox.csv_files.writing import CsvEncoder, guarded
from marketplace.web.audit_kinds import KINDS
from marketplace.web.audit_words import say_act
from marketplace.web.dates import JAPAN, local_day
from marketplace.web.forms import FormState, filled, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.kernel.context import Context

pages = Blueprint("web_audit_log", __name__)

PLACE = "/members/log"
SHOWN = 50
NAMES = ("who", "kind", "since", "until", "about")
THE_SERVICE = Text("サービス（自動）", "The service itself")
BY_TOKEN = Text("APIトークン「{name}」", "API token “{name}”")
ANY_KIND = Text("すべて", "All")
HEADINGS = (
    Text("日時", "At"),
    Text("だれが", "Who"),
    Text("何をしたか", "What"),
    Text("操作の名前", "Name of the act"),
    Text("対象", "Subject"),
)


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act in words."""

    at: datetime
    who: str
    sentence: str


@pages.get(PLACE)
def index() -> ResponseReturnValue:
    """List the acts, newest first, as far as they are what is looked for."""
    ctx, cursor = context(), request.args.get("cursor")
    require_auditor(ctx.actor)
    form = _asked()
    with attempt() as tried:
        found = list_events(ctx, cursor, SHOWN, _filter(ctx))
        names = _names(ctx, found.items)
        kept = [(name, form.value_of(name)) for name in NAMES if form.value_of(name)]
        return _render(
            form,
            rows=[_row(event, names, language()) for event in found.items],
            first_address=_address(kept) if cursor else None,
            next_address=_address([*kept, ("cursor", found.next_cursor)]) if found.next_cursor else None,
            file_address=_address(kept, f"{PLACE}.csv"),
            is_narrowed=bool(kept),
        )
    form = refused(tried.error, form.values)
    return _render(form, rows=[], is_narrowed=True), form.status


@pages.get(f"{PLACE}.csv")
def save() -> ResponseReturnValue:
    """Write the acts that are looked for as a file that Excel opens."""
    ctx, spoken = context(), language()
    require_auditor(ctx.actor)
    wanted = _filter(ctx)
    content = stream(lambda own: CsvEncoder("utf-8").encode(_lines(own, wanted, spoken)))
    response = Response(content, content_type="text/csv; charset=utf-8")
    name = f"yokoten-log-{local_day(ctx.now()):%Y%m%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked() -> FormState:
    return filled(**{name: request.args.get(name, "") for name in NAMES})


def _filter(ctx: Context) -> EventFilter:
    """Return what is looked for. Raises ValidationError."""
    given: dict[str, Any] = LogInput().load(request.args.to_dict())
    kind, until = KINDS.get(given["kind"]), given["until"]
    about = given["about"]
    return EventFilter(
        who=given["who"],
        kinds=kind.names if kind else (),
        since=_start_of(given["since"]) if given["since"] else None,
        until=_start_of(until + timedelta(days=1)) if until else None,
        about=about,
        about_people=tuple(people_named(ctx.session, about)) if about else (),
    )


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN)


def _address(parameters: Sequence[tuple[str, str | None]], place: str = PLACE) -> str:
    return f"{place}?{urlencode(parameters)}" if parameters else place


def _render(form: FormState, **page: object) -> str:
    spoken = language()
    return render_template(
        "municipalities/log.html",
        form=form,
        kinds=[
            ("", ANY_KIND.in_language(spoken)),
            *((name, each.label.in_language(spoken)) for name, each in KINDS.items()),
        ],
        place=PLACE,
        most=MOST_LETTERS,
        **page,
    )


def _lines(ctx: Context, wanted: EventFilter, spoken: Language) -> Iterator[list[str]]:
    yield [heading.in_language(spoken) for heading in HEADINGS]
    for events in stream_events(ctx, wanted):
        names = _names(ctx, events)
        for event in events:
            yield [guarded(cell) for cell in _cells(event, names, spoken)]


def _cells(event: AuditEvent, names: Mapping[str, str], spoken: Language) -> list[str]:
    row = _row(event, names, spoken)
    at = f"{row.at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}"
    return [at, row.who, row.sentence, event.act, f"{event.subject_kind}:{event.subject_id}"]


def _names(ctx: Context, events: Sequence[AuditEvent]) -> dict[str, str]:
    return names_of(ctx.session, (event.subject_id for event in events if event.subject_kind == "person"))


def _row(event: AuditEvent, names: Mapping[str, str], spoken: Language) -> ActRow:
    who = event.actor_name or "－"
    if event.actor_kind == ActorKind.SYSTEM:
        who = THE_SERVICE.in_language(spoken)
    elif event.actor_kind == ActorKind.TOKEN:
        who = BY_TOKEN.in_language(spoken, name=who)
    return ActRow(event.at, who, say_act(event, names, spoken))
