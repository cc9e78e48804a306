"""Every address of the service with every method it takes, filled with what みほん市 has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from marketplace.edge.app import SAFE_METHODS
from marketplace.kintone_api.table import APIS
from tests.security.planted import Planted, Visitor
from tests.web.factories import PUBLISHER, SLUG

OWNED = {
    *("workspace_id", "site_id", "import_id", "installation_id", "export_id", "draft_id", "token_id", "takeout_id"),
    *("person_id", "invitation_id", "passkey_id", "session_id", "report_id", "webhook_id"),
}
"""Arguments of addresses that name something of one municipality, or of one person."""
NAMES = {
    "number": {"api_v1": "1"},
    "code": {"web_people": "group"},
    "key": {"web_catalog": "app_key"},
    "name": {"web_help": "page"},
    "token_id": {"web_app_settings": "app_token_id"},
    "secret": {"web_invitations": "invitation", "web_password_reset": "reset"},
    "subject_id": {"web_reports": "template", "web_operating": "review"},
}
"""What an argument means in addresses of one part, where it means several things: the name of a planted id."""
WORDS = {
    "number": "1.0.0",
    "1": "1",
    "spoken": "ja",
    "kind": "review",
    "word": "groups",
    "code": "992011",
    "filename": "css/base.css",
    "_rest": "x",
    "_takeout_id": "x",
    "_invitation_id": "x",
    "_act": "withdraw",
    "name": "icon.svg",
    "page": "find",
    "path": "head.json",
    "app_key": "request",
    "group": "kakari",
}
KINDS = {"web_reports": "template"}
QUERIES = {
    "web_apps.show": "record=1",
    "web_apps.edit": "record=1",
    "web_apps.ask_deletion": "record=1",
    "web_apps.ask_action": "record=1&action=x",
    "web_apps.new": "copy=1",
    "web_apps.download": "key={file}&record=1",
    "web_audit_log.index": "about=zqx",
    "web_exports.new": "name=実績",
}
KEPT_BY = {
    "closed": {"workspace_id": ("web_workspaces.show", "api_v1.get_workspace")},
    "domain": {
        "workspace_id": ("web_domains", "web_workspaces.show", "api_v1.check_workspace", "api_v1.change", "api_v1.rep")
    },
    "pull": {"import_id": ("web_installs.show", "api_v1.list_calls", "api_v1.ask_next_call", "api_v1.get_import")},
    "carry": {"import_id": ("web_outside", "api_v1.download_package", "api_v1.report_import")},
}
"""What else an address is tried with, by the beginning of the endpoint: workspaces outside and imports into them."""


BODIES: dict[str, dict[str, object]] = {
    "api_v1.change_member": {"role": "reader"},
    "api_v1.start_import": {"template": f"{PUBLISHER}/{SLUG}"},
}
"""What the shape of a body demands before anybody is asked who they are."""


@dataclass(frozen=True, order=True)
class Place:
    """A method of an address."""

    endpoint: str
    method: str
    path: str
    is_owned: bool

    @property
    def is_safe(self) -> bool:
        """Whether the method only reads."""
        return self.method in SAFE_METHODS

    def ask(self, visitor: Visitor) -> TestResponse:
        """Let somebody come here."""
        body = BODIES.get(self.endpoint)
        return visitor.send(self.method, self.path, **({} if body is None else {"json": body}))

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} {self.path}"


def places(planted: Planted) -> list[Place]:
    """Return every place of the URL map; the built-in workspaces have one for each of their APIs."""
    return sorted({place for rule in planted.app.url_map.iter_rules() for place in _of_rule(planted, rule)})


def _of_rule(planted: Planted, rule: Rule) -> Iterator[Place]:
    part = rule.endpoint.partition(".")[0]
    values = {name: _value(planted, part, name) for name in rule.arguments}
    if rule.endpoint in {"kintone_api.call", "kintone_api.call_in_guest_space"}:
        number = planted.ids["guest_app" if "space" in rule.arguments else "app_id"]
        for method, name in APIS:
            of = "1" if "record" in name else planted.ids["space"]
            query = f"app={number}&record=1&id={of}&fileKey={planted.ids['file']}"
            yield _place(rule, {**values, "name": name}, method, query)
        return
    query = QUERIES.get(rule.endpoint, "").format_map(planted.ids)
    for method in rule.methods or ():
        yield _place(rule, values, method, query)
        for kept, by in KEPT_BY.items():
            for name, beginnings in by.items():
                if name in rule.arguments and rule.endpoint.startswith(beginnings):
                    yield _place(rule, {**values, name: planted.ids[kept]}, method, query)


def _place(rule: Rule, values: dict[str, str], method: str, query: str) -> Place:
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    path = f"{built[1]}?{query}" if query else built[1]
    return Place(rule.endpoint, method, path, bool(rule.arguments & OWNED))


def _value(planted: Planted, part: str, name: str) -> str:
    if name == "kind" and part in KINDS:
        return KINDS[part]
    meant = NAMES.get(name, {}).get(part, name)
    return planted.ids.get(meant) or WORDS[meant]
