"""`yokoten mirror` as somebody types it, with files alone behind it: no service runs."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from marketplace.catalog.index_files.writing import write_index
from marketplace.cli.outcomes import Outcome
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.clock import utc_now
from marketplace.kernel.context import Context
from marketplace.storage.public_files import FolderPublicFiles
from tests.bundle.factories import make_bundle
from tests.catalog_domain.factories import make_version
from tests.own_database import own_database


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_words):
        pass


@contextmanager
def static_server(folder: Path, handler: type[QuietHandler] = QuietHandler) -> Iterator[str]:
    """Serve a folder as any web server would."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def index(request, tmp_path, ports) -> Path:
    """The files that a service left behind."""
    folder = tmp_path / "public" / "index"
    own = replace(ports, public_files=FolderPublicFiles(folder))
    with own_database(request, tmp_path, "sqlite") as engine:
        sessions = Sessions(engine)
        with unit_of_work(sessions) as (session, after_commit):
            ctx = Context(session, SYSTEM, utc_now, after_commit, own)
            make_version(ctx, bundle=make_bundle(slug="assets"))
            make_version(ctx, bundle=make_bundle(slug="benches", category="fukushi"))
        write_index(sessions, own, utc_now)
    return folder


@pytest.fixture
def address(index) -> Iterator[str]:
    with static_server(index.parent) as root:
        yield f"{root}/index"


def test_a_plain_web_server_is_mirrored_checked_and_mirrored_again(yokoten, address, tmp_path):
    mirror = tmp_path / "mirror"
    first = yokoten.json("mirror", address, mirror)
    assert (first["templates"], first["bundles"], first["number"]) == (2, 2, 2)
    assert yokoten.json("mirror", mirror)["fetched"] == 0
    assert yokoten.json("mirror", "--check", mirror, "--key", first["fingerprint"])["wrong"] == []
    onward = yokoten.json("mirror", mirror, tmp_path / "onward", "--category", "fukushi")
    assert onward["templates"] == 1
    assert yokoten.json("mirror", tmp_path / "onward", "--all")["templates"] == 2


def test_bundles_of_a_mirror_are_read_by_the_commands_of_authors(yokoten, address, tmp_path):
    mirror = tmp_path / "mirror"
    yokoten("mirror", address, mirror, "--template", "012041/assets")
    [bundle] = (mirror / "bundles").iterdir()
    assert yokoten.json("pack", bundle, "-o", tmp_path / "again.zip")["digest"] == bundle.stem
    yokoten("unpack", bundle, tmp_path / "folder")
    assert (tmp_path / "folder" / "template.json").exists()


def test_what_is_wrong_in_a_mirror_is_told_in_both_languages(yokoten, index, tmp_path):
    mirror = tmp_path / "mirror"
    told = yokoten("mirror", index, mirror)
    assert "初めに見た鍵" in told.stderr
    bundle = next((mirror / "bundles").iterdir())
    bundle.write_bytes(b"PK" + bundle.read_bytes()[2:-1] + b"?")
    checked = yokoten("mirror", "--check", mirror, exit_code=Outcome.FINDINGS)
    assert f"bundles/{bundle.name}" in checked.stderr
    assert "署名されたものと一致しません" in checked.stderr
    english = yokoten("mirror", "--check", mirror, "--lang", "en", exit_code=Outcome.FINDINGS)
    assert "is not what was signed" in english.stderr
    assert yokoten.json("mirror", mirror)["fetched"] == 1


def test_refusals_have_codes_and_leave_the_mirror(yokoten, address, index, tmp_path):
    mirror = tmp_path / "mirror"

    def refused(*words, exit_code):
        return yokoten.json("mirror", *words, exit_code=exit_code)["error"]["code"]

    assert refused(address, mirror, "--key", "0" * 32, exit_code=Outcome.REFUSED) == "index-untrusted"
    assert refused(f"{address}x", mirror, exit_code=Outcome.UNREACHABLE) == "index-file-not-found"
    assert refused("http://127.0.0.1:9", mirror, exit_code=Outcome.UNREACHABLE) == "index-unreachable"
    assert refused("http://example.jp/index", mirror, exit_code=Outcome.USAGE) == "source-unusable"
    assert refused(mirror, exit_code=Outcome.USAGE) == "source-unknown"
    assert refused(address, mirror, "--template", "../x", exit_code=Outcome.USAGE) == "template-name"
    yokoten("mirror", address, mirror)
    head = (index / "head.json").read_bytes()
    (index / "head.json").write_bytes(head.replace(b'"number":2', b'"number":3'))
    assert refused(mirror, exit_code=Outcome.REFUSED) in {"index-forged", "index-damaged"}
    assert yokoten.json("mirror", "--check", mirror)["wrong"] == []
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("大切")
    assert refused(address, tmp_path / "other", exit_code=Outcome.CONFLICT) == "mirror-foreign"


def test_a_mirror_is_loaded_only_with_keys_that_came_another_way(yokoten, index, tmp_path):
    yokoten("mirror", index, tmp_path / "mirror")
    own = {"MARKETPLACE_DATA_DIR": str(tmp_path / "var")}
    yokoten("db", "upgrade", **own)
    refused = yokoten("catalog", "load", "--mirror", tmp_path / "mirror", exit_code=2, **own)
    assert "--key" in refused.stderr
    strange = yokoten("catalog", "load", "--mirror", tmp_path / "mirror", "--key", "0" * 32, exit_code=1, **own)
    assert "信頼する鍵ではありません" in strange.stderr


def test_a_service_that_never_ran_loads_a_mirror(yokoten, index, tmp_path):
    yokoten("mirror", index, tmp_path / "mirror")
    key = yokoten.json("mirror", "--check", tmp_path / "mirror")["fingerprint"]
    own = {"MARKETPLACE_DATA_DIR": str(tmp_path / "var")}
    yokoten("db", "upgrade", **own)
    loaded = yokoten("catalog", "load", "--mirror", tmp_path / "mirror", "--key", key.replace(" ", ""), **own)
    assert "追加 2" in loaded.stdout


def test_a_mirror_tells_what_it_holds_and_where(yokoten, index, tmp_path):
    mirror = tmp_path / "mirror"
    yokoten("mirror", index, mirror)
    told = yokoten("mirror", "--list", mirror).stdout
    assert "012041/assets  1.0.0" in told
    named = [word for word in told.split() if word.startswith("bundles/")]
    assert sorted(named) == sorted(f"bundles/{path.name}" for path in (mirror / "bundles").iterdir())
    listed = yokoten.json("mirror", "--list", mirror, "--lang", "en")["items"]
    assert [template["slug"] for template in listed] == ["assets", "benches"]


class StallingHandler(QuietHandler):
    """Serves some files, then says that it does not go on, and waits."""

    left = 2
    stalled = threading.Event()
    over = threading.Event()

    def do_GET(self):
        cls = type(self)
        cls.left -= 1
        if cls.left < 0:
            cls.stalled.set()
            cls.over.wait(20)
            return
        super().do_GET()


def test_a_killed_mirror_leaves_what_it_was_and_goes_on(yokoten, index, address, tmp_path):
    mirror = tmp_path / "mirror"
    yokoten("mirror", index, mirror, "--category", "fukushi")
    with static_server(index.parent, StallingHandler) as root:
        command = [sys.executable, "-m", "marketplace.cli", "mirror", f"{root}/index", str(mirror), "--all"]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert StallingHandler.stalled.wait(20) or running.poll() is not None
            refused = yokoten.json("mirror", address, mirror, exit_code=Outcome.CONFLICT)
            assert refused["error"]["code"] == "mirror-in-use"
        finally:
            running.kill()
            running.wait()
            StallingHandler.over.set()
    assert yokoten.json("mirror", "--check", mirror)["templates"] == 1
    assert yokoten.json("mirror", address, mirror, "--all")["templates"] == 2
    assert yokoten.json("mirror", "--check", mirror)["wrong"] == []
