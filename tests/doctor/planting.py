"""Disagreements, each planted behind the service's back."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, select, update

from marketplace.app import make_runtime
from marketplace.bundle.canonical import canonical_json
from marketplace.catalog.index_files.models import IndexedTemplate, IndexState
from marketplace.catalog.index_files.numbering import STATE
from marketplace.catalog.models import IncludedTemplate, Template, TemplateVersion
from marketplace.catalog.visits.services import Visits, add_visits
from marketplace.community.models import Story
from marketplace.community.wanted.models import WantedApp
from marketplace.installs.models import Import, ImportState, Step, StepKind, StepState
from marketplace.mirror.names import HEAD, bundle_path, template_path
from marketplace.mirror.sealing import open_head, seal_head
from marketplace.operating.models import HousekeepingRound
from marketplace.sandbox.models import App, Record, Site, StoredFile
from marketplace.search import services as search
from marketplace.search.index import backend_of
from marketplace.search.models import IndexedEntry
from marketplace.storage.digests import digest_of
from marketplace.vault.ed25519 import Ed25519Signer, new_signing_key
from marketplace.workspaces.models import Workspace

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def a_template(ctx, slug: str = "handover-notes") -> Template:
    return ctx.session.scalars(select(Template).where(Template.slug == slug)).one()


def an_entry(ctx) -> IndexedEntry:
    return ctx.session.scalars(select(IndexedEntry).where(IndexedEntry.subject_id == a_template(ctx).id)).one()


def an_import(ctx, state: ImportState, slug: str = "handover-notes", **values) -> Import:
    template = a_template(ctx, slug)
    workspace = ctx.session.scalars(select(Workspace)).first()
    made = Import(
        workspace_id=workspace.id,
        municipality_code=workspace.municipality_code,
        template_id=template.id,
        version_id=template.latest_version_id,
        state=state,
        with_sample_records=False,
        placeholders={},
        created_at=LONG_AGO,
        **values,
    )
    ctx.session.add(made)
    ctx.session.flush()
    return made


def a_step(ctx, made: Import, state: StepState, **values) -> None:
    values = {"position": 0, "kind": StepKind.VERIFY, **values}
    ctx.session.add(Step(import_id=made.id, app_key=None, app_name="", state=state, intent={}, **values))


def missing_member(ctx):
    version = ctx.session.get_one(TemplateVersion, a_template(ctx).latest_version_id)
    member = {"template": "subsidy-program-master", "version": "1.0.0", "apps": ["subsidy-program-master"]}
    version.manifest = {**version.manifest, "includes": [member]}


def superfluous_member(ctx):
    values = {"slug": "subsidy-program-master", "number": "1.0.0", "position": 0, "apps": ["a"]}
    ctx.session.add(IncludedTemplate(version_id=a_template(ctx).latest_version_id, **values))


def app_without_fields(ctx):
    values = {"created_at": LONG_AGO, "creator": "a", "updated_at": LONG_AGO, "modifier": "a", "values": {}}
    made = _app(ctx, last_field_id=8, last_record_id=1, record_count=1)
    ctx.session.add(Record(app_pk=made.pk, record_id=1, **values))


def visits_of_nothing(ctx):
    add_visits(ctx.session, {("nothing", "2026-04-01"): Visits(3, 1)}, LONG_AGO)


def wrong_count_of_installs(ctx):
    a_template(ctx).install_count = 7


def wrong_count_of_reviews(ctx):
    a_template(ctx).rating_count = 3


def wrong_sum_of_stars(ctx):
    a_template(ctx).rating_sum = 9


def wrong_latest_version(ctx):
    a_template(ctx).latest_version_id = "x"


def wrong_count_of_votes(ctx):
    ctx.session.execute(update(WantedApp).values(vote_count=WantedApp.vote_count + 2))


def wrong_size_of_files(ctx):
    ctx.session.execute(update(Site).values(file_bytes=123))


def _app(ctx, **values) -> App:
    site = ctx.session.scalars(select(Site)).first()
    facts = {"name": "台帳", "created_at": LONG_AGO, "modified_at": LONG_AGO, **values}
    made = App(site_id=site.id, app_id=1, creator="a", modifier="a", **facts)
    ctx.session.add(made)
    ctx.session.flush()
    return made


def wrong_count_of_records(ctx):
    _app(ctx, record_count=5)


def stale_entry(ctx):
    entry = an_entry(ctx)
    entry.texts = {**entry.texts, "title": ["古い名前"]}


def missing_entry(ctx):
    ctx.session.execute(delete(IndexedEntry).where(IndexedEntry.subject_id == a_template(ctx).id))


def superfluous_entry(ctx):
    search.index_entry(
        ctx, search.SearchEntry(search.Kind.TEMPLATE, "gone", {search.Place.TITLE: ["なくなったテンプレート"]})
    )


def stale_story(ctx):
    ctx.session.execute(update(Story).values(title="あとから変えた題"))


def missing_municipality(ctx):
    ctx.session.execute(delete(IndexedEntry).where(IndexedEntry.subject_id == "131016"))


def missing_in_the_index(ctx):
    entry, connection = an_entry(ctx), ctx.session.connection()
    backend_of(connection.dialect.name).erase(connection, entry.number, search.terms_of(entry.texts))


def _named_file(ctx, kind: str) -> Path:
    """A file of the index that belongs to a template."""
    indexed = ctx.session.get_one(IndexedTemplate, a_template(ctx).id)
    if kind == "bundle":
        version = json.loads(indexed.content)["versions"][0]
        return ctx.ports.public_files.folder / bundle_path(version["sha256"])
    return ctx.ports.public_files.folder / template_path("yokoten/handover-notes", indexed.sha256)


def unnoted_change(ctx):
    a_template(ctx).license = "CC0-1.0"


def unnoted_template(ctx):
    ctx.session.execute(delete(IndexedTemplate).where(IndexedTemplate.template_id == a_template(ctx).id))


def altered_content(ctx):
    indexed = ctx.session.get_one(IndexedTemplate, a_template(ctx).id)
    indexed.content = indexed.content.replace("handover", "hangover", 1)


def bundle_that_is_back(ctx):
    indexed = ctx.session.get_one(IndexedTemplate, a_template(ctx).id)
    document = json.loads(indexed.content)
    document["versions"][0] |= {"is_available": False, "requirements": None, "handles_personal_data": None}
    indexed.content = canonical_json(document).decode()
    indexed.sha256 = digest_of(indexed.content.encode())
    ctx.ports.public_files.put(template_path("yokoten/handover-notes", indexed.sha256), indexed.content.encode())


def missing_head(ctx):
    (ctx.ports.public_files.folder / HEAD).unlink()


def head_of_another_key(ctx):
    path = ctx.ports.public_files.folder / HEAD
    head = open_head(path.read_bytes(), lambda _key: True).head
    path.write_bytes(seal_head(head, Ed25519Signer([new_signing_key()])))


def head_signed_long_ago(ctx):
    path, state = ctx.ports.public_files.folder / HEAD, ctx.session.get_one(IndexState, STATE)
    state.signed_at = LONG_AGO
    head = replace(open_head(path.read_bytes(), lambda _key: True).head, signed_at=LONG_AGO)
    path.write_bytes(seal_head(head, ctx.ports.signer))


def missing_file_of_a_template(ctx):
    _named_file(ctx, "template").unlink()


def damaged_file_of_a_template(ctx):
    path = _named_file(ctx, "template")
    path.write_bytes(path.read_bytes()[::-1])


def missing_bundle_of_the_index(ctx):
    _named_file(ctx, "bundle").unlink()


def cut_bundle_of_the_index(ctx):
    path = _named_file(ctx, "bundle")
    path.write_bytes(path.read_bytes()[:-1])


def lost_job(ctx):
    a_step(ctx, an_import(ctx, ImportState.RUNNING, lease_owner="dead", lease_until=LONG_AGO), StepState.PENDING)


def import_without_installation(ctx, slug: str = "subsidy-grant-management"):
    a_step(ctx, an_import(ctx, ImportState.SUCCEEDED, slug), StepState.DONE)


def import_without_installation_beside_another(ctx):
    lost_job(ctx)
    import_without_installation(ctx, "handover-notes")


def overdue_housekeeping(ctx):
    ctx.session.execute(update(HousekeepingRound).values(ended_at=LONG_AGO))


def unnamed_blob(ctx):
    digest = ctx.ports.blobs.put(b"nobody's")
    path = Path(ctx.ports.blobs.folder) / digest[:2] / digest[2:4] / digest
    os.utime(path, (0, 0))


def missing_blob(ctx, slug: str = "handover-notes"):
    ctx.ports.blobs.delete(ctx.session.get_one(TemplateVersion, a_template(ctx, slug).latest_version_id).digest)


def damaged_blob(ctx, slug: str = "handover-notes"):
    digest = ctx.session.get_one(TemplateVersion, a_template(ctx, slug).latest_version_id).digest
    (Path(ctx.ports.blobs.folder) / digest[:2] / digest[2:4] / digest).write_bytes(b"broken")


def blob_missing_beside_the_index(ctx):
    missing_blob(ctx, "kpi-visualization-dashboard")


def blob_damaged_beside_the_index(ctx):
    damaged_blob(ctx, "online-application-intake")


def blob_missing_everywhere(ctx):
    missing_bundle_of_the_index(ctx)
    missing_blob(ctx)


def blob_damaged_everywhere(ctx):
    cut_bundle_of_the_index(ctx)
    damaged_blob(ctx)


def journal_without_a_line(ctx):
    a_step(ctx, an_import(ctx, ImportState.FAILED), StepState.FAILED, position=1)


def lost_journal(ctx):
    an_import(ctx, ImportState.FAILED)


def journal_without_its_end(ctx):
    made = an_import(ctx, ImportState.FAILED)
    a_step(ctx, made, StepState.FAILED, kind=StepKind.DEPLOY)


def lost_attachment(ctx):
    site = ctx.session.scalars(select(Site)).first()
    ctx.session.execute(update(Site).values(file_bytes=1))
    values = {"name": "申請書.pdf", "content_type": "", "size": 1, "created_at": LONG_AGO}
    ctx.session.add(StoredFile(key="k", site_id=site.id, attached=True, digest=digest_of(b"lost"), **values))


def unfinished_import(ctx):
    a_step(ctx, an_import(ctx, ImportState.SUCCEEDED), StepState.PENDING)


def unreadable_secret(ctx):
    from marketplace.mail.models import Mail

    mail = ctx.session.scalars(select(Mail)).first()
    assert mail is None, "the demonstration writes no mail"
    from tests.backups.sites import value_of

    row = {column.name: value_of(column, 1, lambda _text: "sealed by nobody") for column in Mail.__table__.columns}
    ctx.session.execute(Mail.__table__.insert().values(row))


def lost_site(ctx):
    from marketplace.sandbox.models import Principal, SiteUser

    for table in (SiteUser, Principal, Site):
        ctx.session.execute(delete(table))


MENDED = {
    "counter-wrong": [
        wrong_count_of_installs,
        wrong_count_of_reviews,
        wrong_sum_of_stars,
        wrong_latest_version,
        wrong_count_of_votes,
        wrong_size_of_files,
        wrong_count_of_records,
    ],
    "members-wrong": [missing_member, superfluous_member],
    "visits-of-nothing": [visits_of_nothing],
    "search-differs": [
        stale_entry,
        missing_entry,
        superfluous_entry,
        stale_story,
        missing_municipality,
        missing_in_the_index,
    ],
    "index-differs": [unnoted_change, unnoted_template, altered_content, bundle_that_is_back],
    "index-file-wrong": [
        missing_head,
        head_of_another_key,
        head_signed_long_ago,
        missing_file_of_a_template,
        damaged_file_of_a_template,
        missing_bundle_of_the_index,
        cut_bundle_of_the_index,
    ],
    "job-lost": [lost_job],
    "import-without-installation": [import_without_installation],
    "housekeeping-overdue": [overdue_housekeeping],
    "blob-unnamed": [unnamed_blob],
    "blob-missing": [blob_missing_beside_the_index],
    "blob-damaged": [blob_damaged_beside_the_index],
}
TOLD = {
    "blob-missing": [blob_missing_everywhere, lost_attachment],
    "blob-damaged": [blob_damaged_everywhere],
    "import-contradicts-journal": [
        unfinished_import,
        journal_without_a_line,
        lost_journal,
        journal_without_its_end,
    ],
    "app-without-fields": [app_without_fields],
    "secret-unreadable": [unreadable_secret],
    "workspace-without-site": [lost_site],
}


def plant(site, *planters) -> None:
    runtime = make_runtime(site.settings)
    for planter in planters:
        with runtime.unit_of_work() as ctx:
            planter(ctx)
    runtime.engine.dispose()
