"""Two hundred mixed acts by several callers at once, and the ledger of what was acknowledged."""

from __future__ import annotations

import hashlib
import io
import json
import random
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.faults.caller import Caller

OWN = "992011"
TEMPLATES = (
    "external-partner-workspace",
    "handover-notes",
    "kpi-visualization-dashboard",
    "online-application-intake",
    "subsidy-program-master",
    "vaccination-venue-slot",
)
"""One for each caller, of one app each; nobody else reviews it, so that the last word is known."""
SLUGS, VERSIONS = 4, 2
REVIEWS, STORIES = 9, 8
BASE = "/api/v1/templates/yokoten/handover-notes/versions/1.0.0/bundle"


@dataclass
class Ledger:
    """What the service said it had done."""

    drafts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Slug and number by the id of the draft."""
    versions: dict[tuple[str, str], str] = field(default_factory=dict)
    """Digest by slug and number."""
    reviews: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The last stars and text by template."""
    stories: dict[str, str] = field(default_factory=dict)
    """Title by id."""
    workspaces: dict[str, str] = field(default_factory=dict)
    """Id by template."""
    imports: dict[str, str] = field(default_factory=dict)
    """Address of each import, and the template."""

    @property
    def count(self) -> int:
        """How many acts were acknowledged, without the preparations."""
        imports = len(self.imports) - len(self.workspaces)
        return len(self.drafts) + len(self.versions) + imports + len(self.stories) + REVIEWS * len(self.reviews)


def perform(caller: Caller, seed: int, templates: tuple[str, ...] = TEMPLATES) -> Ledger:
    """Let one caller for each template do 34 acts in an order that the seed chooses."""
    ledger, base = Ledger(), caller.call("GET", BASE).content
    actors = [Actor(caller, ledger, base, number, template) for number, template in enumerate(templates)]
    with ThreadPoolExecutor(len(actors)) as pool:
        for future in [pool.submit(actor.perform, seed) for actor in actors]:
            future.result()
    return ledger


@dataclass
class Actor:
    """One of the callers."""

    caller: Caller
    ledger: Ledger
    base: bytes
    number: int
    template: str

    def perform(self, seed: int) -> None:
        """Install once, for only users review; then do everything else in a random order."""
        chance = random.Random(f"{seed}/{self.number}")  # noqa: S311 - chance, no secret
        self._open_workspace()
        self._install("first")
        acts: list[Callable[[], None]] = [
            *[self._publisher(slug) for slug in range(SLUGS)],
            *[self._reviewer(count, chance) for count in range(REVIEWS)],
            *[self._teller(count) for count in range(STORIES)],
            lambda: self._install("again"),
        ]
        chance.shuffle(acts)
        for act in acts:
            act()

    def _open_workspace(self) -> None:
        body = {"name": f"障害試験 {self.number}"}
        answer = self._expect(201, self.caller.call("POST", "/api/v1/workspaces", body, key=f"space-{self.number}"))
        self.ledger.workspaces[self.template] = answer["workspace"]["id"]

    def _install(self, which: str) -> None:
        path = f"/api/v1/workspaces/{self.ledger.workspaces[self.template]}/imports"
        body = {"template": f"yokoten/{self.template}"}
        answer = self._expect(202, self.caller.call("POST", path, body, key=f"install-{self.number}-{which}"))
        address = f"/api/v1/imports/{answer['id']}"
        self.ledger.imports[address] = self.template
        while (progress := self._expect(200, self.caller.call("GET", address)))["state"] in {"queued", "running"}:
            time.sleep(0.2)
        assert progress["state"] == "succeeded", progress["error"]

    def _publisher(self, slug: int) -> Callable[[], None]:
        def publish() -> None:
            for major in range(1, VERSIONS + 1):
                self._release(f"faults-{self.number}-{slug}", f"{major}.0.0")

        return publish

    def _release(self, slug: str, number: str) -> None:
        data, key = renamed(self.base, slug, number), f"{slug}-{number}"
        draft = self._expect(201, self.caller.call("POST", "/api/v1/drafts", data, key=f"draft-{key}"))
        self.ledger.drafts[draft["id"]] = (slug, number)
        path = f"/api/v1/drafts/{draft['id']}/release"
        released = self._expect(201, self.caller.call("POST", path, key=f"release-{key}"))
        assert released["version"] == number
        self.ledger.versions[slug, number] = draft["digest"]

    def _reviewer(self, count: int, chance: random.Random) -> Callable[[], None]:
        stars, text = chance.randint(1, 5), f"感想 {count}"

        def review() -> None:
            path = f"/api/v1/templates/yokoten/{self.template}/reviews"
            self._expect(200, self.caller.call("PUT", path, {"stars": stars, "text": text}))
            self.ledger.reviews[self.template] = (stars, text)

        return review

    def _teller(self, count: int) -> Callable[[], None]:
        title = f"事例 {self.number}の{count}"
        body = {"template": f"yokoten/{self.template}", "title": title, "problem": "課題", "solution": "工夫"}

        def tell() -> None:
            key = f"story-{self.number}-{count}"
            story = self._expect(201, self.caller.call("POST", "/api/v1/stories", body | {"effect": "効果"}, key=key))
            self.ledger.stories[story["id"]] = title

        return tell

    @staticmethod
    def _expect(status: int, answer: Any) -> Any:
        assert answer.status == status, answer
        return answer.json


def word_of(slug: str) -> str:
    """Return the word in the name of a template by which nothing else is found."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in hashlib.sha256(slug.encode()).hexdigest()[:12])


def renamed(data: bytes, slug: str, number: str) -> bytes:
    """Return a bundle under another slug, number and name, zipped by an ordinary tool."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            content = source.read(name)
            if name == "template.json":
                document = json.loads(content) | {"slug": slug, "version": number}
                document["name"] = {"ja": f"{word_of(slug)} の台帳", "en": f"Ledger {slug}"}
                content = json.dumps(document, ensure_ascii=False).encode()
            made.writestr(name, content)
    return target.getvalue()
