"""The ways in: two people of みほん市, a built-in workspace and a token, written down in demo.json."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from marketplace.accounts.passwords import matches
from marketplace.accounts.queries import find_person_by_email
from marketplace.accounts.services import create_person, replace_password
from marketplace.app import Runtime
from marketplace.demo.municipalities import MIHON, found_municipalities, verify_municipalities
from marketplace.demo.stories import tell_stories
from marketplace.demo.wishes import wish
from marketplace.kernel.actor import SCOPES, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_secret
from marketplace.municipalities.queries import actor_of_person
from marketplace.municipalities.roles import Role
from marketplace.municipalities.services import add_member
from marketplace.settings import Settings
from marketplace.workspaces.models import BUILTIN
from marketplace.workspaces.queries import list_workspaces
from marketplace.workspaces.services import create_workspace, reset_password
from marketplace.workspaces.tokens import issue_token

PEOPLE = (("dx@mihon.example.jp", "見本 花子", Role.ADMIN), ("author@mihon.example.jp", "見本 太郎", Role.PUBLISHER))
WORKSPACE = "みほん市 ワークスペース"
CHANGED = "（変更済み / changed）"


@dataclass(frozen=True, slots=True)
class Demo:
    """What a newcomer needs to try everything; the content of demo.json."""

    url: str
    people: list[dict[str, str]]
    token: str
    workspace: dict[str, str]

    def instructions(self) -> list[str]:
        """Return the lines that `serve --demo` prints."""
        signs = [
            f"    {person['email']}  {person['password'] or CHANGED}  ({person['role']})" for person in self.people
        ]
        return [
            "  ログイン / sign in:",
            *signs,
            "  テンプレートを導入する一行 / install a template in one line:",
            f"    {self.install_line()}",
            "  kintone互換API / kintone-compatible API:",
            f"    {self.workspace['kintone_url']}  {self.workspace['user']}  {self.workspace['password']}",
            "",
        ]

    def install_line(self) -> str:
        """Return a curl command that installs a template into the demonstration workspace."""
        return (
            f"curl -sS -X POST {self.url}/api/v1/workspaces/{self.workspace['id']}/imports "
            f"-H 'Authorization: Bearer {self.token}' -H 'Content-Type: application/json' "
            f'-H "Idempotency-Key: $(date +%s%N)" -d \'{{"template": "yokoten/subsidy-grant-management"}}\''
        )


def prepare_demo(runtime: Runtime) -> Demo:
    """Make the demonstration data once; later calls keep everything and only renew the address in demo.json."""
    path = runtime.settings.data_dir / "demo.json"
    with runtime.unit_of_work() as ctx:
        demo = _kept(path, runtime.settings, ctx) or _make(runtime.settings, ctx)
        _write(path, demo)
    return demo


def _kept(path: Path, settings: Settings, ctx: Context) -> Demo | None:
    """Return what demo.json tells, unless it is missing, damaged or of another database."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        workspace = {**known["workspace"], "kintone_url": f"{settings.public_url}/w/{known['workspace']['id']}"}
        people = [_as_it_is(ctx, person) for person in known["people"]]
        demo = Demo(settings.public_url, people, known["token"], workspace)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return demo if demo.workspace["id"] in {space.id for space in list_workspaces(_as_officer(ctx))} else None


def _as_it_is(ctx: Context, known: dict[str, str]) -> dict[str, str]:
    """Return what is known of a person, without a password that they have changed since."""
    person = find_person_by_email(ctx.session, known["email"])
    is_right = person is not None and matches(person.password_hash, known["password"])
    return known if is_right else {**known, "password": ""}


def _make(settings: Settings, ctx: Context) -> Demo:
    """Make what is missing and give what exists new passwords, for nobody can read the old ones."""
    found_municipalities(ctx)
    verify_municipalities(ctx)
    tell_stories(ctx)
    wish(ctx)
    people = []
    for email, name, role in PEOPLE:
        password = new_secret()[:20]
        person = find_person_by_email(ctx.session, email)
        if person is None:
            person = create_person(ctx, email, name, password)
            add_member(ctx, MIHON.code, person.id, role)
        else:
            replace_password(ctx, person.id, password)
        people.append({"email": email, "password": password, "municipality": MIHON.code, "role": role.value})
    officer = _as_officer(ctx)
    existing = [workspace for workspace in list_workspaces(officer) if workspace.kind == BUILTIN]
    made = reset_password(officer, existing[0].id) if existing else create_workspace(officer, {"name": WORKSPACE})
    scopes = sorted(permission.value for permission in SCOPES - {Permission.TOKENS_MANAGE})
    token = issue_token(officer, {"name": "demo", "scopes": scopes, "expires_in_days": 365})
    workspace = {
        "id": made.workspace.id,
        "kintone_url": f"{settings.public_url}/w/{made.workspace.id}",
        "user": made.user or "",
        "password": made.password or "",
    }
    return Demo(settings.public_url, people, token.secret, workspace)


def _as_officer(ctx: Context) -> Context:
    person = find_person_by_email(ctx.session, PEOPLE[0][0])
    if person is None:
        return ctx
    actor = actor_of_person(ctx.session, person, "")
    return Context(ctx.session, actor, ctx.now, ctx.after_commit, ctx.ports)


def _write(path: Path, demo: Demo) -> None:
    """Replace demo.json in one move, readable by its owner only."""
    content = {"url": demo.url, "people": demo.people, "token": demo.token, "workspace": demo.workspace}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
        file.write("\n")
    draft.replace(path)
