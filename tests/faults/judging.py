"""What must be so after the faults: everything acknowledged is there exactly once, and nothing half there."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from marketplace.app import make_runtime
from marketplace.audit.models import AuditEvent
from marketplace.catalog.index_files.models import IndexedTemplate
from marketplace.catalog.index_files.writing import is_due
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.community.models import Review, Story
from marketplace.idempotency.models import KeptAnswer, State
from marketplace.installs.models import Import, ImportState, Installation
from marketplace.kernel.clock import utc_now
from marketplace.mirror.feed import JSON_BYTES
from marketplace.mirror.names import HEAD
from marketplace.mirror.reading import bundles_of, read_entry, read_feed
from marketplace.mirror.sealing import open_head
from marketplace.mirror.sources import read_exact
from marketplace.publishing.models import Draft, DraftState
from marketplace.sandbox.models import App
from marketplace.settings import Settings
from tests.e2e.service import Service
from tests.faults.acts import OWN, Ledger, word_of


def assert_nothing_lost(service: Service, ledger: Ledger) -> None:
    """Compare the ledger with what the service answers, with its rows, and with what its own doctor says."""
    _assert_bundles(service, ledger)
    _assert_found(service, ledger)
    _assert_community(service, ledger)
    runtime = make_runtime(_settings(service))
    try:
        with runtime.unit_of_work() as ctx:
            _assert_rows(ctx.session, ledger)
            _assert_installs(ctx.session, ledger)
        wait_for_index(runtime)
    finally:
        runtime.engine.dispose()
    _assert_index(service, ledger)
    assert_sound(service)


def _settings(service: Service) -> Settings:
    os.environ.update({name: value for name, value in service.environ.items() if name.startswith("AWS_")})
    return Settings.from_env(service.settings())


def _assert_bundles(service: Service, ledger: Ledger) -> None:
    for (slug, number), digest in ledger.versions.items():
        path = f"/api/v1/templates/{OWN}/{slug}/versions/{number}/bundle"
        answer = service.call("GET", path, token=None)
        assert answer.status == 200, answer
        assert hashlib.sha256(answer.content).hexdigest() == digest
    for slug in {slug for slug, _number in ledger.versions}:
        versions = service.call("GET", f"/api/v1/templates/{OWN}/{slug}", token=None).json["versions"]
        wanted = sorted(number for known, number in ledger.versions if known == slug)
        assert sorted(each["version"] for each in versions) == wanted


def _assert_found(service: Service, ledger: Ledger) -> None:
    """Search finds exactly what is released, by list and by word."""
    slugs = {slug for slug, _number in ledger.versions}
    listed = service.call("GET", f"/api/v1/templates?publisher={OWN}&limit=100", token=None).json
    assert sorted(each["slug"] for each in listed["items"]) == sorted(slugs)
    for slug in sorted(slugs):
        found = service.call("GET", f"/api/v1/templates?q={word_of(slug)}", token=None).json
        names = [each["slug"] for each in found["items"]]  # What sounds alike comes after it.
        assert (names[0], names.count(slug)) == (slug, 1), (word_of(slug), names)


def _assert_community(service: Service, ledger: Ledger) -> None:
    for template, (stars, text) in ledger.reviews.items():
        listed = service.call("GET", f"/api/v1/templates/yokoten/{template}/reviews", token=None).json
        assert [(each["stars"], each["text"]) for each in listed["items"]] == [(stars, text)]
    for key, title in ledger.stories.items():
        assert service.call("GET", f"/api/v1/stories/{key}", token=None).json["title"] == title


def _assert_rows(session: Any, ledger: Ledger) -> None:
    """Nothing is there that was not acknowledged, for every act was repeated until it was."""
    drafts = {draft.id: (draft.slug, draft.number) for draft in session.scalars(select(Draft))}
    assert drafts == ledger.drafts
    assert {*session.scalars(select(Draft.state))} == {DraftState.RELEASED}
    own = select(Template.slug, TemplateVersion.number).join(Template, Template.id == TemplateVersion.template_id)
    versions = session.execute(own.where(Template.publisher_code == OWN)).all()
    assert sorted(map(tuple, versions)) == sorted(ledger.versions)
    titles = sorted(session.scalars(select(Story.title).where(Story.id.in_(ledger.stories))))
    assert titles == sorted(ledger.stories.values())
    assert session.scalar(select(func.count()).where(Story.title.like("事例 %の%"))) == len(titles)
    ours = select(Template.id).where(Template.slug.in_(ledger.reviews))
    assert session.scalar(select(func.count()).where(Review.template_id.in_(ours))) == len(ledger.reviews)
    acts = Counter(session.scalars(select(AuditEvent.act)))
    assert acts["draft.uploaded"] == len(ledger.drafts)
    assert acts["version.released"] == len(ledger.versions)
    assert not session.scalars(select(KeptAnswer.key).where(KeptAnswer.state != State.DONE.value)).all()


def _assert_installs(session: Any, ledger: Ledger) -> None:
    imports = {f"/api/v1/imports/{row.id}": row for row in session.scalars(select(Import))}
    assert imports.keys() == ledger.imports.keys()
    assert {row.state for row in imports.values()} == {ImportState.SUCCEEDED}
    assert session.scalar(select(func.count()).select_from(Installation)) == len(ledger.imports)
    for template, workspace in ledger.workspaces.items():
        made = [known for known in ledger.imports.values() if known == template]
        apps = sorted(session.scalars(select(App.app_id).where(App.site_id == workspace)))
        assert apps == list(range(1, len(made) + 1)), (template, apps)
        count = session.scalar(select(Template.install_count).where(Template.slug == template))
        assert count == 1, f"{template} is used by one municipality, not by {count}"


def wait_for_index(runtime: Any, seconds: float = 60) -> None:
    """Wait until the worker wrote the files of the index."""
    deadline = time.monotonic() + seconds
    while True:
        with runtime.unit_of_work() as ctx:
            if not is_due(ctx.session, utc_now()):
                due = ctx.session.scalar(select(func.count()).where(IndexedTemplate.is_due))
                assert due == 0
                return
        assert time.monotonic() < deadline, "the files of the index were not written"
        time.sleep(0.2)


def assert_sound(service: Service, within: float = 0) -> None:
    """Let the doctor look; for so many seconds the worker may still be at what the clock has made due."""
    command = [sys.executable, "-m", "marketplace.cli", "doctor", "--json"]
    end = time.monotonic() + within
    while True:
        told = subprocess.run(command, env=service.settings(), check=False, capture_output=True)
        if told.returncode == 0 or time.monotonic() > end:
            break
    assert told.returncode == 0, told.stdout.decode() + told.stderr.decode()


@dataclass(frozen=True)
class Served:
    """The index of files as anybody gets it."""

    service: Service

    def read(self, path: str, most: int) -> bytes:
        """Return a file."""
        answer = self.service.call("GET", f"/index/{path}", token=None)
        assert answer.status == 200, answer
        assert len(answer.content) <= most
        return answer.content


def _assert_index(service: Service, ledger: Ledger) -> None:
    """Follow the head of the index to each bundle it names, and find exactly what was released."""
    source = Served(service)
    head = open_head(source.read(HEAD, JSON_BYTES), lambda _key: True).head
    found: dict[tuple[str, str], str] = {}
    for entry in read_feed(source, head).newest:
        template = read_entry(source, entry)
        for bundle in bundles_of(template) if template["publisher"]["code"] == OWN else ():
            read_exact(source, bundle.path, bundle.sha256, bundle.size)
        if template["publisher"]["code"] == OWN:
            found |= {(template["slug"], each["version"]): each["sha256"] for each in template["versions"]}
    assert found == ledger.versions
