"""What the measurements are made on: a filled database that is kept, and requests that it can answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.cases import ADDRESSES, all_cases
from bench.filling import SQLITE, Filled, filled
from bench.mix import make_mix
from marketplace.app import Runtime, make_app, make_runtime
from marketplace.bundle.reading import read_zip

TEMPLATES = 30


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    with filled(SQLITE, TEMPLATES, kept=str(folder)):
        return folder


def test_a_filled_database_is_used_again(kept):
    (whole,) = kept.rglob("filled")
    before = whole.stat().st_mtime_ns
    with filled(SQLITE, TEMPLATES, kept=str(kept)) as made:
        assert len(made.names) == TEMPLATES
    assert whole.stat().st_mtime_ns == before


def test_what_was_left_half_filled_is_filled_anew(kept, tmp_path):
    (tmp_path / f"{SQLITE}-20-2000-10000" / "var").mkdir(parents=True)
    (tmp_path / f"{SQLITE}-20-2000-10000" / "var" / "yokoten.db").write_bytes(b"half")
    with filled(SQLITE, 20, kept=str(tmp_path)) as made:
        assert len(made.names) == 20


def test_every_case_and_every_request_of_the_mix_is_answered(kept):
    with filled(SQLITE, TEMPLATES, kept=str(kept)) as made:
        client = make_app(_runtime(made)).test_client()
        for case in all_cases(made.names):
            path, _etag = case.requests[-1]
            assert client.get(path).status_code == 200, (case.name, path)
        writes = [(path, headers, body) for path, headers, body in make_mix(made) if body]
        for path, headers, body in writes[:3]:
            answer = client.put(path, headers=headers, data=body, content_type="application/json")
            assert answer.status_code in {200, 201}, answer.text


def test_a_bundle_bears_the_name_of_its_template(kept):
    with filled(SQLITE, TEMPLATES, kept=str(kept)) as made:
        publisher, slug = made.names[0]
        client = make_app(_runtime(made)).test_client()
        archive = client.get(ADDRESSES["API: bundle"](publisher, slug)).data
        assert read_zip(archive).manifest.slug == slug


def _runtime(made: Filled) -> Runtime:
    return make_runtime(made.settings())
