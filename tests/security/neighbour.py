"""What another municipality has of the things that みほん市 has, each with a mark of its own."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, select

from marketplace import schema
from marketplace.accounts.factors.models import Passkey
from marketplace.accounts.models import Person
from marketplace.bundle.writing import write_zip
from marketplace.installs.models import Import
from marketplace.municipalities.models import Membership
from tests.accounts.factories import PASSWORD, make_person
from tests.api.factories import OTHER
from tests.bundle.factories import make_app, make_bundle, make_field, make_manifest
from tests.kintone_api.conftest import Kintone, credentials
from tests.municipalities.factories import make_member
from tests.security.planted import Planted
from tests.web.factories import PUBLISHER, SLUG

THEIRS = re.compile(r"qzv8\.[a-z]+")
ID = re.compile(r"[a-z2-7]{16}|[0-9a-f]{32,64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Other keys are numbers and codes within a workspace, which everybody has."""


def of_theirs(kind: str) -> str:
    """Return a word that stands nowhere else."""
    return f"qzv8.{kind}"


class Neighbour:
    """Lets the other municipality have something of each kind, and knows the ids of all that it has."""

    def __init__(self, planted: Planted) -> None:
        """Note what belongs to others, then plant."""
        self.planted = planted
        self.browser = planted.visitors["neighbour"].browser
        self.token = planted.api.caller(OTHER)
        self.before = set(keys_of(planted))
        """The keys of what others have."""
        self._workspace()
        self._community()
        self._people()
        self.ids: dict[str, list[str]] = {}
        for table, key in sorted(set(keys_of(planted)) - self.before):
            self.ids.setdefault(table, []).append(key)
        self._keys = {key for keys in self.ids.values() for key in keys}
        self._rows, self._references = self._read()

    def changes(self) -> tuple[set[str], set[tuple[str, str, str]]]:
        """Return the tables in which something of theirs is another, and what refers to theirs since it was planted."""
        rows, references = self._read()
        return {table for table, _row in self._rows - rows}, references - self._references

    def _read(self) -> tuple[set[tuple[str, str]], set[tuple[str, str, str]]]:
        """Return the rows that bear a key of theirs, and the places of keys of theirs in columns that hold ids."""
        rows, references = set(), set()
        with self.planted.session() as session:
            for table in schema.METADATA.sorted_tables:
                for row in session.execute(table.select()).mappings():
                    held = {name for name, value in row.items() if isinstance(value, str) and value in self._keys}
                    if held:
                        rows.add((table.name, repr(row)))
                    references |= {(table.name, name, row[name]) for name in held if _holds_ids(table.columns[name])}
        return rows, references

    def _send(self, path: str, **data: object) -> str:
        answer = self.browser.post(path, data=data)
        assert answer.status_code in {201, 303}, (path, answer.status_code, answer.text[-3000:])
        return str(answer.headers.get("Location", ""))

    def _new(self, path: str, **body: object) -> dict[str, str]:
        answer = self.token.send("POST", f"/api/v1/{path}", json=body)
        assert answer.status_code < 300, (path, answer.text)
        return dict(answer.json or {})

    def _workspace(self) -> None:
        web = self.planted.web
        site = web.open_workspace(OTHER, of_theirs("workspace"))
        web.run(web.start(site, OTHER))
        closed = self._new(
            "workspaces", name=of_theirs("closed"), kind="closed-network", address="https://q.cybozu.com"
        )
        place = f"workspaces/{closed['workspace']['id']}/imports"  # type: ignore[index]
        self._new(place, template=f"{PUBLISHER}/{SLUG}", mode="carry")
        installed = self.planted.find(select(Import.installation_id).where(Import.workspace_id == site))
        self._send(f"/installations/{installed}/check")
        self._send(f"/workspaces/{site}/exports", app="1:x")
        self._send(f"/workspaces/{site}/people/groups", code=of_theirs("groupcode"), name=of_theirs("group"))
        own = Kintone(self.planted.app, credentials("Administrator", web.reset_password(site, OTHER)), site=site)
        app = own.live_app(件名={"type": "SINGLE_LINE_TEXT"}, 添付={"type": "FILE"})
        key = own.upload(b"qzv8.filedata", f"{of_theirs('file')}.txt")
        own.post(
            "record", app=app, record={"件名": {"value": of_theirs("record")}, "添付": {"value": [{"fileKey": key}]}}
        )
        own.upload(b"qzv8.loose", f"{of_theirs('loose')}.txt")
        base = f"/w/{site}/k/{app}"
        self._send(f"{base}/settings/tokens", name=of_theirs("apptoken"), permissions=["view"])
        hook = {"url": "https://qzv8.hook.example.lg.jp/a", "active": "yes", "events": ["ADD_RECORD"]}
        self._send(f"{base}/settings/webhooks", **hook)
        self._send(f"{base}/import", file=(io.BytesIO("件名\nqzv8.imported\n".encode()), "a.csv"))

    def _community(self) -> None:
        app = make_app(of_theirs("draftapp"), make_field("SINGLE_LINE_TEXT", "件名"))
        manifest = make_manifest("request", slug="theirs", name={"ja": of_theirs("draft")})
        self.token.upload(write_zip(make_bundle({"request": app}, manifest=manifest)))
        self.planted.web.tell(OTHER)
        wanted = self.planted.web.want(OTHER)
        self._new(f"wanted-apps/{wanted.rpartition('/')[2]}/answers", template=f"{PUBLISHER}/{SLUG}", text="使えます。")
        self._send(f"/templates/{PUBLISHER}/{SLUG}/review", stars="2", text="使いました。")
        self._send(f"/reports/template/{self.planted.ids['template']}", reason="other", text=of_theirs("report"))

    def _people(self) -> None:
        with self.planted.session() as session:
            person = make_person(session, name=of_theirs("member"), email=f"{of_theirs('membermail')}@example.lg.jp")
            make_member(session, OTHER, "publisher", person_id=person.id)
            key = {"credential_id": "qzv8", "public_key": b"qzv8", "sign_count": 0, "name": of_theirs("passkey")}
            session.add(Passkey(person_id=person.id, created_at=self.planted.app.now(), used_at=None, **key))
        of_admin = (Membership.municipality_code == OTHER, Membership.role == "admin")
        members = select(Person.email).join(Membership, Membership.person_id == Person.id)
        administrator = self.planted.find(members.where(*of_admin))
        self.planted.app.test_client().post("/sign-in", data={"email": administrator, "password": PASSWORD})
        self.planted.app.test_client().post("/password-reset", data={"email": administrator})
        self._send("/members/invite", email=f"{of_theirs('invited')}@example.lg.jp", role="reader")
        self._new("tokens", name=of_theirs("token"), scopes=["workspaces:read"], expires_in_days=30)
        self._send("/my-municipality/data", password=PASSWORD, records="yes")


def _holds_ids(column: Column[Any]) -> bool:
    return bool(column.foreign_keys) or column.name.endswith("_id")


def keys_of(planted: Planted) -> Iterator[tuple[str, str]]:
    """Return all keys of rows that are the same nowhere else, by table."""
    with planted.session() as session:
        for table in schema.METADATA.sorted_tables:
            for column in (each for each in table.primary_key.columns if not each.foreign_keys):
                found = session.scalars(select(column))
                yield from ((table.name, key) for key in found if isinstance(key, str) and ID.fullmatch(key))
