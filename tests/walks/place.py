"""The running service of the walks, and what is put there without walking."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from marketplace.accounts.services import create_person
from marketplace.app import Runtime, make_runtime
from marketplace.demo.municipalities import KASUMI as KASUMI_TOWN
from marketplace.kernel.ids import new_id
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.roles import Role
from marketplace.municipalities.services import add_fictitious, add_member
from marketplace.settings import Settings
from tests.e2e.service import Service
from tests.municipalities.factories import fictitious_code

MIHON, KASUMI = "992011", "992020"
SUBSIDIES = "yokoten/subsidy-grant-management"
TEMPLATE = f"/templates/{SUBSIDIES}"
PASSWORD = "こみち みどり 2026 あるく"


class Place(Service):
    """A service with people of one's own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "var")
        self.environ |= {
            "MARKETPLACE_TRYOUTS_PER_ADDRESS": "50",
            "MARKETPLACE_OUTBOX_PAGE": "on",
            "MARKETPLACE_OUTBOUND_TRUSTED_HOSTS": f"localhost:{self.port}",
        }
        self._installed: Any = None

    @property
    def address(self) -> str:
        """Where it runs."""
        return f"http://localhost:{self.port}"

    def person(self, role: Role = Role.ADMIN, code: str = MIHON, name: str = "見本 三郎") -> dict[str, str]:
        """Add a person of a municipality's, and return how they sign in."""
        email = f"{new_id()}@mihon.example.jp"
        with self.runtime.unit_of_work() as ctx:
            person = create_person(ctx, email, name, PASSWORD)
            add_member(ctx, code, person.id, role)
        return {"email": email, "password": PASSWORD, "id": person.id}

    def newcomer(self) -> dict[str, str]:
        """Add the administrator of a municipality that has nothing yet."""
        code = fictitious_code()
        with self.runtime.unit_of_work() as ctx:
            add_fictitious(ctx.session, replace(KASUMI_TOWN, code=code, name="はじめ町", kana="はじめちょう"))
        return {**self.person(code=code), "code": code}

    def link_to(self, email: str) -> str:
        """Return the link in the last letter to somebody, as the outbox shows it."""
        answer = self.call("GET", "/outbox", token=None)
        letters = BeautifulSoup(answer.content, "html5lib").find_all("article")
        found = next(letter for letter in letters if email in letter.get_text())
        return str(found.find("a", href=True)["href"]).removeprefix(self.address)

    def operator(self) -> dict[str, str]:
        """Add somebody who runs the service."""
        return self.person(code=OPERATOR_CODE, name="運営 太郎")

    @cached_property
    def runtime(self) -> Runtime:
        """What the service works on, opened as its commands do."""
        return make_runtime(Settings.from_env(self.settings()))

    def workspace(self) -> str:
        """Return the id of the demonstration's workspace."""
        return str(self.demo["workspace"]["id"])

    def installed(self) -> Any:
        """Return an import that succeeded, with sample records; the first to ask makes it."""
        if self._installed is None:
            self._installed = self.wait_for_import(self.install(SUBSIDIES, sample_records=True))
            assert self._installed["state"] == "succeeded", self._installed
        return self._installed
