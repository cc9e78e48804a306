from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from marketplace.bundle.writing import write_folder
from marketplace.catalog import queries
from marketplace.catalog.first_party import fingerprint_of, sync_catalog
from marketplace.catalog.models import TemplateVersion
from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from tests.bundle.factories import make_bundle
from tests.catalog_domain.factories import OPERATOR, SLUG, make_actor, make_municipality, with_fields


@pytest.fixture
def folder(tmp_path: Path, ctx: Context) -> Path:
    """An empty catalog beside a database that knows the operator."""
    make_municipality(ctx.session, OPERATOR)
    return tmp_path / "templates_catalog"


def write(folder: Path, number: str = "1.0.0", *fields: str, slug: str = SLUG) -> Path:
    place = folder / slug / number
    bundle = with_fields(number, *fields, slug=slug) if fields else make_bundle(version=number, slug=slug)
    write_folder(bundle, place)
    return place


def change(place: Path, **manifest: object) -> None:
    path = place / "template.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **manifest}, ensure_ascii=False), "utf-8")


def test_every_version_in_the_folder_is_released(ctx: Context, folder: Path) -> None:
    write(folder, "1.0.0", "件名")
    write(folder, "1.10.0", "件名", "備考", "状況")
    write(folder, "1.9.0", "件名", "備考")
    report = sync_catalog(ctx, folder)
    assert report.added == (f"{SLUG}/1.0.0", f"{SLUG}/1.9.0", f"{SLUG}/1.10.0")
    assert report.refused == ()
    assert queries.resolve_version(ctx, OPERATOR, SLUG, None).number == "1.10.0"


def test_a_second_run_reads_nothing(ctx: Context, folder: Path) -> None:
    place = write(folder)
    sync_catalog(ctx, folder)
    fingerprint = fingerprint_of(place)
    (place / "template.json").chmod(0o644)
    assert fingerprint_of(place) == fingerprint
    report = sync_catalog(ctx, folder)
    assert (report.added, report.unchanged, report.refused) == ((), 1, ())


def test_a_folder_checked_out_anew_is_unchanged(ctx: Context, folder: Path) -> None:
    place = write(folder)
    sync_catalog(ctx, folder)
    for path in place.rglob("*.json"):
        path.write_bytes(path.read_bytes() + b"\n")
    report = sync_catalog(ctx, folder)
    assert (report.added, report.unchanged, report.refused) == ((), 1, ())


def test_a_released_version_that_changed_is_refused(ctx: Context, folder: Path) -> None:
    place = write(folder)
    sync_catalog(ctx, folder)
    change(place, keywords=["別の語"])
    for _ in range(2):
        [refused] = sync_catalog(ctx, folder).refused
        assert [finding.code for finding in refused.findings] == ["released-version-changed"]


def test_a_broken_template_is_reported_and_the_others_load(ctx: Context, folder: Path) -> None:
    write(folder, slug="a")
    (write(folder, slug="b") / "template.json").write_text("{", "utf-8")
    write(folder, slug="c")
    report = sync_catalog(ctx, folder)
    assert report.added == ("a/1.0.0", "c/1.0.0")
    assert [refused.path for refused in report.refused] == ["b/1.0.0"]
    assert "b/1.0.0" in str(report.refused[0])


def test_a_template_with_a_wrong_reference_is_refused(ctx: Context, folder: Path) -> None:
    place = write(folder)
    layout = place / "apps/request/layout.json"
    layout.write_text(layout.read_text("utf-8").replace("件名", "ない項目"), "utf-8")
    [refused] = sync_catalog(ctx, folder).refused
    [line] = [number for number, text in enumerate(layout.read_text("utf-8").split("\n"), 1) if "ない項目" in text]
    cell = line - 2  # the finding is about the cell, whose brace opens two lines above its code
    assert f"apps/request/layout.json:{cell}: " in str(refused)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"label": ', '"label" ', "fields.json: JSONとして読めません（{line}行目"),
        ('"required": true', '"required": "yes"', "fields.json:{line}: 値の種類が違います"),
        ('"type": "DROP_DOWN"', '"type": "DROPDOWN"', "fields.json:{line}: "),
        ('"code": "地区"', '"code": "地域"', "fields.json:{line}: フィールド「地区」のcodeが"),
    ],
    ids=["syntax", "type of a value", "word of the schema", "meaning"],
)
def test_a_broken_file_is_reported_with_its_line_and_the_others_load(
    ctx: Context, folder: Path, old: str, new: str, told: str
) -> None:
    write(folder, slug="a")
    path = write(folder, slug="b") / "apps/request/fields.json"
    text = path.read_text("utf-8")
    path.write_text(text.replace(old, new, 1), "utf-8")
    write(folder, slug="c")
    report = sync_catalog(ctx, folder)
    assert report.added == ("a/1.0.0", "c/1.0.0")
    line = text[: text.index(old)].count("\n") + 1
    assert [refused.path for refused in report.refused] == ["b/1.0.0"]
    assert "apps/request/" + told.format(line=line) in str(report.refused[0])


def test_a_number_too_small_is_reported_and_the_others_load(ctx: Context, folder: Path) -> None:
    write(folder, "1.0.0", "件名")
    write(folder, "1.0.1", "件名", "備考")
    write(folder, slug="z")
    report = sync_catalog(ctx, folder)
    assert report.added == (f"{SLUG}/1.0.0", "z/1.0.0")
    assert [finding.code for finding in report.refused[0].findings] == ["version-number-too-small"]


@pytest.mark.parametrize("manifest", [{"slug": "other"}, {"version": "2.0.0"}])
def test_a_folder_must_be_named_after_its_manifest(ctx: Context, folder: Path, manifest: dict[str, str]) -> None:
    change(write(folder), **manifest)
    [refused] = sync_catalog(ctx, folder).refused
    assert [finding.code for finding in refused.findings] == ["folder-name-mismatch"]


def test_a_repaired_template_loads_at_the_next_run(ctx: Context, folder: Path) -> None:
    place = write(folder)
    manifest = (place / "template.json").read_bytes()
    (place / "template.json").write_text("{", "utf-8")
    sync_catalog(ctx, folder)
    (place / "template.json").write_bytes(manifest)
    assert sync_catalog(ctx, folder).added == (f"{SLUG}/1.0.0",)


def test_a_version_gone_from_the_folder_stays_released(ctx: Context, folder: Path) -> None:
    place = write(folder)
    sync_catalog(ctx, folder)
    place.rename(folder / "elsewhere")
    (folder / "elsewhere").rename(folder.parent / "elsewhere")
    sync_catalog(ctx, folder)
    assert ctx.session.scalar(select(func.count()).select_from(TemplateVersion)) == 1


def test_a_missing_folder_is_an_empty_catalog(ctx: Context, folder: Path) -> None:
    report = sync_catalog(ctx, folder / "nowhere")
    assert (report.added, report.unchanged, report.refused) == ((), 0, ())


def test_a_municipality_can_not_load_the_catalog(context_of: Callable[[Actor], Context], tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        sync_catalog(context_of(make_actor()), tmp_path)
