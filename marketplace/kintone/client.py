"""The calls the service makes, by name; ids and revisions are strings, as kintone writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from marketplace.bundle.model import JsonObject
from marketplace.kernel.text import Text
from marketplace.kintone.answers import id_at, ids_at, object_at, objects_at, read_answer, read_file, text_at
from marketplace.kintone.errors import KintoneAnswerError, KintoneError, KintoneUnreachableError
from marketplace.kintone.transport import Reply, Transport, Upload

__all__ = [
    "AppSummary",
    "DeployStatus",
    "KintoneAnswerError",
    "KintoneClient",
    "KintoneError",
    "KintoneUnreachableError",
    "NewApp",
    "Reply",
    "Stage",
    "StatusChange",
    "Transport",
    "Upload",
]

APPS_PER_PAGE = 100
RECORDS_PER_CALL = 100
RECORDS_PER_PAGE = 500
FIELDS_PER_CALL = 100

NO_STATUS = Text("応答にアプリの反映状況がありません。", "The answer lacks the deploy status of an app.")
RECORDS_MISSING = Text(
    "応答に、追加したレコードの一部がありません。", "The answer does not name every record that was added."
)


class Stage(StrEnum):
    """Settings under preparation, or in use."""

    PREVIEW = "preview/"
    LIVE = ""


class DeployStatus(StrEnum):
    """How the latest deploy of an app stands; an idle app counts as SUCCESS."""

    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class AppSummary:
    """A published app as the list of apps shows it."""

    app_id: str
    name: str
    code: str = ""
    """The letters before its record numbers, if it has any."""


@dataclass(frozen=True, slots=True)
class NewApp:
    """An app as its creation answers it."""

    app_id: str
    revision: str


@dataclass(frozen=True, slots=True)
class StatusChange:
    """An action of the process to run on one record."""

    record_id: str
    action: str
    assignee: str | None = None


class KintoneClient:
    """Speaks to one kintone, or to one guest space of it, through a transport.

    What writes settings under preparation returns the revision it made of them. Given the revision last seen, kintone
    refuses the call with 409 GAIA_CO03 if somebody else has written since; None leaves that unchecked.
    """

    def __init__(self, transport: Transport, *, guest_space: str | None = None) -> None:
        """Keep the transport; it knows the address and the credentials."""
        self.transport = transport
        self.guest_space = guest_space
        self._base = f"/k/guest/{guest_space}/v1/" if guest_space else "/k/v1/"

    def through(self, transport: Transport) -> KintoneClient:
        """Return a client of the same kintone whose calls go through another transport."""
        return KintoneClient(transport, guest_space=self.guest_space)

    def call(
        self,
        method: str,
        api: str,
        *,
        params: Mapping[str, str | Sequence[str]] | None = None,
        body: JsonObject | None = None,
    ) -> JsonObject:
        """Make one call; `api` is the path behind /k/v1/.

        Raises KintoneError, KintoneAnswerError or KintoneUnreachableError.
        """
        sent = dict(_flatten(params)) if params else None
        return read_answer(self.transport.send(method, self._base + api, params=sent, body=body))

    def list_apps(self, *, name: str | None = None) -> Iterator[AppSummary]:
        """Return the published apps the account sees, in the order of their ids; `name` matches a part of the name."""
        offset = 0
        while True:
            params = {"limit": str(APPS_PER_PAGE), "offset": str(offset)} | ({"name": name} if name else {})
            apps = objects_at(self.call("GET", "apps.json", params=params), "apps")
            yield from (_summary(app) for app in apps)
            if len(apps) < APPS_PER_PAGE:
                return
            offset += len(apps)

    def get_app(self, app_id: str) -> AppSummary:
        """Return one published app as the list of apps shows it."""
        return _summary(self.call("GET", "app.json", params={"id": app_id}))

    def create_app(self, name: str, *, space: str | None = None, thread: str | None = None) -> NewApp:
        """Create an app that is not published yet; a client of a guest space makes it there."""
        if self.guest_space and space is None:
            space, thread = self.guest_space, self.default_thread(self.guest_space)
        body: JsonObject = {"name": name}
        body |= {key: value for key, value in (("space", space), ("thread", thread)) if value is not None}
        answer = self.call("POST", "preview/app.json", body=body)
        return NewApp(id_at(answer, "app"), id_at(answer, "revision"))

    def default_thread(self, space: str) -> str:
        """Return the thread of a space in which new apps are placed."""
        return id_at(self.call("GET", "space.json", params={"id": space}), "defaultThread")

    def deploy(self, apps: Mapping[str, str | None]) -> None:
        """Ask kintone to bring the prepared settings of several apps into use, all or none; by id the revisions."""
        body = {"apps": [_checked({"app": app_id}, revision) for app_id, revision in apps.items()]}
        self.call("POST", "preview/app/deploy.json", body=body)

    def deploy_status(self, app_ids: Sequence[str]) -> dict[str, DeployStatus]:
        """Return how the latest deploy of each app stands."""
        answer = self.call("GET", "preview/app/deploy.json", params={"apps": list(app_ids)})
        states = {id_at(app, "app"): text_at(app, "status") for app in objects_at(answer, "apps")}
        try:
            return {app_id: DeployStatus(states[app_id]) for app_id in app_ids}
        except (KeyError, ValueError) as error:
            raise KintoneAnswerError(NO_STATUS) from error

    def get_part(self, app_id: str, stage: Stage, api: str) -> JsonObject:
        """Return one part of an app's settings as it comes; `api` is the path of its live settings."""
        return self.call("GET", f"{stage}{api}.json", params={"app": app_id})

    def get_settings(self, app_id: str, stage: Stage) -> JsonObject:
        """Return the general settings with their revision."""
        return self.call("GET", f"{stage}app/settings.json", params={"app": app_id})

    def get_form_fields(self, app_id: str, stage: Stage) -> JsonObject:
        """Return the fields by code."""
        return object_at(self.call("GET", f"{stage}app/form/fields.json", params={"app": app_id}), "properties")

    def get_plugins(self, app_id: str, stage: Stage) -> list[str]:
        """Return the ids of the app's plug-ins."""
        answer = self.call("GET", f"{stage}app/plugins.json", params={"app": app_id})
        return [text_at(plugin, "id") for plugin in objects_at(answer, "plugins")]

    def add_fields(self, app_id: str, properties: JsonObject, revision: str | None = None) -> str:
        """Add at most a hundred fields to the form under preparation."""
        return self._write("POST", "app/form/fields.json", app_id, {"properties": properties}, revision)

    def update_fields(self, app_id: str, properties: JsonObject, revision: str | None = None) -> str:
        """Change fields of the form under preparation; the keys are the present codes."""
        return self._write("PUT", "app/form/fields.json", app_id, {"properties": properties}, revision)

    def put_settings(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Set name, description, icon, theme and the like; what is left out keeps its value."""
        return self._write("PUT", "app/settings.json", app_id, body, revision)

    def put_layout(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace the layout of the form; it has to place every field."""
        return self._write("PUT", "app/form/layout.json", app_id, body, revision)

    def put_views(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace all views."""
        return self._write("PUT", "app/views.json", app_id, body, revision)

    def put_process(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace states and actions of the process."""
        return self._write("PUT", "app/status.json", app_id, body, revision)

    def put_app_acl(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace the rights on the app."""
        return self._write("PUT", "app/acl.json", app_id, body, revision)

    def put_record_acl(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace the rights on records."""
        return self._write("PUT", "record/acl.json", app_id, body, revision)

    def put_field_acl(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace the rights on fields."""
        return self._write("PUT", "field/acl.json", app_id, body, revision)

    def put_notifications(self, app_id: str, group: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace one group of notifications: general, perRecord or reminder."""
        return self._write("PUT", f"app/notifications/{group}.json", app_id, body, revision)

    def put_reports(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace all graphs."""
        return self._write("PUT", "app/reports.json", app_id, body, revision)

    def put_actions(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace all actions that copy a record into another app."""
        return self._write("PUT", "app/actions.json", app_id, body, revision)

    def put_customize(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace the JavaScript and CSS files."""
        return self._write("PUT", "app/customize.json", app_id, body, revision)

    def add_plugins(self, app_id: str, plugin_ids: Sequence[str], revision: str | None = None) -> str:
        """Add plug-ins that the kintone already has."""
        return self._write("POST", "app/plugins.json", app_id, {"ids": list(plugin_ids)}, revision)

    def put_admin_notes(self, app_id: str, body: JsonObject, revision: str | None = None) -> str:
        """Replace the note for administrators."""
        return self._write("PUT", "app/adminNotes.json", app_id, body, revision)

    def _write(self, method: str, api: str, app_id: str, body: JsonObject, revision: str | None) -> str:
        sent = _checked({"app": app_id, **body}, revision)
        return id_at(self.call(method, f"preview/{api}", body=sent), "revision")

    def get_records(self, app_id: str, query: str, *, fields: Sequence[str] = ()) -> list[JsonObject]:
        """Return the records a query selects, whole or only some of their fields."""
        params: dict[str, str | Sequence[str]] = {"app": app_id, "query": query}
        if fields:
            params["fields"] = list(fields)
        return objects_at(self.call("GET", "records.json", params=params), "records")

    def add_records(self, app_id: str, records: Sequence[JsonObject]) -> list[str]:
        """Add at most a hundred records, all or none, and return their ids."""
        answer = self.call("POST", "records.json", body={"app": app_id, "records": list(records)})
        ids = ids_at(answer, "ids")
        if len(ids) != len(records):
            raise KintoneAnswerError(RECORDS_MISSING)
        return ids

    def change_statuses(self, app_id: str, changes: Sequence[StatusChange]) -> None:
        """Run an action of the process on each of at most a hundred records, all or none."""
        records = [
            {"id": change.record_id, "action": change.action}
            | ({"assignee": change.assignee} if change.assignee is not None else {})
            for change in changes
        ]
        self.call("PUT", "records/status.json", body={"app": app_id, "records": records})

    def upload_file(self, upload: Upload) -> str:
        """Send a file and return its key, good for one use within three days."""
        reply = self.transport.send("POST", f"{self._base}file.json", file=upload)
        return text_at(read_answer(reply), "fileKey")

    def download_file(self, file_key: str) -> bytes:
        """Return the content of a file that a setting or a record shows.

        Raises KintoneError, KintoneAnswerError or KintoneUnreachableError.
        """
        reply = self.transport.send("GET", f"{self._base}file.json", params={"fileKey": file_key})
        return read_file(reply)


def _checked(body: JsonObject, revision: str | None) -> JsonObject:
    return body if revision is None else {**body, "revision": revision}


def _summary(app: JsonObject) -> AppSummary:
    return AppSummary(id_at(app, "appId"), text_at(app, "name"), str(app.get("code") or ""))


def _flatten(params: Mapping[str, str | Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Write lists the way kintone reads them from an address: name[0]=…&name[1]=…."""
    for name, value in params.items():
        if isinstance(value, str):
            yield name, value
        else:
            yield from ((f"{name}[{index}]", item) for index, item in enumerate(value))
