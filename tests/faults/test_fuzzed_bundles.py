"""A real bundle with one value spoiled is refused, or checked, scanned, compared and drawn without a failure."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import strategies as st

from marketplace.bundle.checking import check
from marketplace.bundle.comparing import compare
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.model import SEVERITY_ERROR
from marketplace.bundle.reading import read_zip
from marketplace.catalog.requirements import requirements_of
from marketplace.kernel.text import Language
from marketplace.publishing.scan.scanning import scan
from marketplace.showcase.setting_up import open_showcase
from marketplace.web.app_pictures.process import picture_process
from marketplace.web.app_pictures.stand import list_without_records, take_pictures
from tests.e2e.service import CATALOG
from tests.faults.fuzzing import FUZZ, altered, fuzz, spoiled

NOW = datetime(2026, 11, 28, tzinfo=UTC)
DRAWN = 30
FOLDER = CATALOG / "subsidy-grant-management" / "1.0.0"


@cache
def files():
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}


def zip_files(contents):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in sorted(contents.items()):
            made.writestr(name, content)
    return target.getvalue()


@st.composite
def bundles(draw, changes=(spoiled, altered, altered)):
    """Draw a zip of the files with one value of a JSON document changed."""
    name = draw(st.sampled_from(sorted(name for name in files() if name.endswith(".json"))))
    document = draw(st.sampled_from(changes))(json.loads(files()[name]), draw)
    return zip_files(files() | {name: json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")})


@FUZZ
def test_a_spoiled_bundle_is_refused_or_goes_all_the_way(examples):
    sound = read_zip(zip_files(files()))

    def publish(data):
        with suppress(BundleRefusedError):
            bundle = read_zip(data)
            check(bundle)
            scan(bundle)
            requirements_of(bundle)
            compare(sound, bundle)

    fuzz(publish, bundles(), examples)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_could_be_released_can_be_drawn(ctx):
    def draw(data):
        try:
            bundle = read_zip(data)
        except BundleRefusedError:
            return
        if any(finding.severity == SEVERITY_ERROR for finding in check(bundle)):
            return
        app = bundle.apps[len(data) % len(bundle.apps)]
        picture_process(app, bundle.manifest, Language.JA)
        list_without_records(app)
        with open_showcase(bundle, app.key, NOW, Language.JA) as showcase:
            if showcase is not None:
                take_pictures(ctx, showcase, app.key, Language.JA)

    fuzz(draw, bundles(changes=(altered,)), DRAWN)
