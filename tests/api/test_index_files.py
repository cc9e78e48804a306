"""The files of the index over HTTP: for everybody, with what caches need, and nothing else of the storage."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.catalog.index_files.writing import write_index
from marketplace.mirror.names import HEAD
from marketplace.storage.public_files import FolderPublicFiles
from tests.catalog_domain.factories import make_version


@pytest.fixture
def files(app, sessions, ports, clock, ctx, tmp_path):
    """The index of one release."""
    made = FolderPublicFiles(tmp_path / "storage" / "index")
    (tmp_path / "storage" / "secret.json").parent.mkdir()
    (tmp_path / "storage" / "secret.json").write_text("{}")
    app.ports = replace(ports, public_files=made)
    make_version(ctx)
    ctx.session.commit()
    write_index(sessions, app.ports, clock)
    return made


def paths_of(files):
    return [path.relative_to(files.folder).as_posix() for path in files.folder.rglob("*") if path.is_file()]


def test_the_head_may_be_kept_a_minute_and_the_rest_for_ever(app, files):
    client = app.test_client()
    for path in paths_of(files):
        answer = client.get(f"/index/{path}")
        assert (answer.status_code, answer.data) == (200, files.get(path))
        assert ("immutable" in answer.headers["Cache-Control"]) is (path != HEAD)
        assert "Set-Cookie" not in answer.headers
        again = client.get(f"/index/{path}", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    head = client.get("/index/head.json").headers["Cache-Control"]
    assert head == "public, max-age=60, stale-while-revalidate=600"


def test_it_asks_nobody_who_it_is_and_takes_nothing(app, files):
    client = app.test_client()
    answer = client.get("/index/head.json", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.headers["Cache-Control"].partition(",")[0]) == (200, "public")
    assert client.post("/index/head.json").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "",
        "head.json/",
        "../secret.json",
        "%2e%2e/secret.json",
        "templates/../../secret.json",
        "feed",
        f"feed/{'0' * 64}.json",
        f"bundles/{'0' * 63}G.zip",
        "templates/a/b/../../../head.json",
        "head.json%00",
    ],
)
def test_nothing_else_of_the_storage_is_served(app, files, path):
    assert app.test_client().get(f"/index/{path}").status_code in {400, 404}
