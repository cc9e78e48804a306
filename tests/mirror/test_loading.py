"""A mirror is loaded into another service, under the names of its publishers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.app import Runtime
from marketplace.catalog.queries import get_template, get_version, list_versions
from marketplace.cli.mirror_loading import load_mirror
from marketplace.db.unit_of_work import Sessions
from marketplace.jobs.huey_queue import HueyQueue
from marketplace.mirror.folder import Wish
from marketplace.settings import Settings
from tests.catalog_domain.factories import ASAHIKAWA, make_municipality
from tests.fakes import FixedClock, MemoryBlobStore
from tests.mirror.conftest import Place
from tests.own_database import own_database


@pytest.fixture
def engine(request, tmp_path):
    with own_database(request, tmp_path, "sqlite") as made:
        yield made


@pytest.fixture
def inside(request, tmp_path, ports):
    """A service in a closed network."""
    folder = tmp_path / "inside"
    folder.mkdir()
    own = replace(ports, blobs=MemoryBlobStore())
    with own_database(request, folder, "sqlite") as engine:
        place = Place(Sessions(engine), own, FixedClock(), folder)
        with place.working() as ctx:
            make_municipality(ctx.session, ASAHIKAWA)
        yield place


@pytest.fixture
def load(inside, mirror, place):
    """Give the command inside; the key came by another way."""
    settings = Settings(data_dir=inside.folder, secret_key="of the tests")
    queue = HueyQueue(inside.folder / "jobs.db")
    runtime = Runtime(settings, inside.sessions.engine, inside.sessions, inside.ports, queue, inside.clock)
    [key] = place.ports.signer.public_keys()
    yield lambda given=key.fingerprint: load_mirror(runtime, mirror.folder, [given])
    queue.close()


def test_what_was_released_outside_is_there_inside(place, inside, copy, load, capsys):
    place.release("assets")
    place.release("assets", "1.0.1", name={"ja": "備品台帳", "en": "Assets"})
    place.write()
    copy()
    assert load() == 0
    with place.working() as outside, inside.working() as ctx:
        assert get_template(ctx, ASAHIKAWA, "assets").name.ja == "備品台帳"
        digests = [version.digest for version in list_versions(ctx, ASAHIKAWA, "assets")]
        assert digests == [version.digest for version in list_versions(outside, ASAHIKAWA, "assets")]
    assert load() == 0
    assert "追加 0、公開停止 0、変更なし 2" in capsys.readouterr().out
    place.withdraw("assets", "1.0.1")
    place.write()
    copy()
    assert load() == 0
    with inside.working() as ctx:
        assert get_version(ctx, ASAHIKAWA, "assets", "1.0.1").withdrawal_reason == "誤りがありました"


def test_a_damaged_bundle_is_left_out_and_the_others_load(place, inside, mirror, copy, load, capsys):
    place.release("assets")
    place.release("benches")
    place.write()
    copy()
    digest = place.template("assets")["versions"][0]["sha256"]
    (mirror.folder / "bundles" / f"{digest}.zip").write_bytes(b"PK")
    assert load() == 1
    assert "012041/assets@1.0.0" in capsys.readouterr().err
    with inside.working() as ctx:
        assert get_template(ctx, ASAHIKAWA, "benches").slug == "benches"


def test_what_was_published_inside_stays(place, inside, copy, load, capsys):
    place.release("assets", summary={"ja": "外", "en": "outside"})
    inside.release("assets", summary={"ja": "内", "en": "inside"})
    place.write()
    copy()
    assert load() == 1
    assert "同じ番号の版と違います" in capsys.readouterr().err
    with inside.working() as ctx:
        assert get_template(ctx, ASAHIKAWA, "assets").summary.ja == "内"


def test_a_mirror_of_somebody_else_is_not_loaded(place, copy, load):
    place.release("assets")
    place.write()
    copy(wish=Wish(bundles=False))
    with pytest.raises(Exception, match="指紋"):
        load("0" * 32)
    assert load() == 1
