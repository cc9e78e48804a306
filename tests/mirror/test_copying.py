"""A mirror holds what its source signed, or what it held before; nothing else gets in."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import time
from dataclasses import replace

import pytest

from marketplace.kernel.errors import DomainError
from marketplace.kernel.signing import PublicKey
from marketplace.mirror.checking import check_mirror
from marketplace.mirror.copying import Order, copy_index
from marketplace.mirror.errors import (
    IndexDamagedError,
    IndexExpiredError,
    IndexFileNotFoundError,
    IndexForgedError,
    IndexIncompleteError,
    IndexRewrittenError,
    IndexRolledBackError,
    IndexTooLargeError,
    IndexUnreachableError,
    IndexUntrustedError,
    MirrorForeignError,
    MirrorInUseError,
)
from marketplace.mirror.feed import Entry
from marketplace.mirror.folder import MirrorFolder, Wish
from marketplace.mirror.inputs import read_head, read_seal
from marketplace.mirror.names import HEAD, is_template
from marketplace.mirror.sealing import decode, seal_head
from marketplace.mirror.sources import FolderSource
from marketplace.vault.ed25519 import Ed25519Signer, new_signing_key
from tests.catalog_domain.factories import ASAHIKAWA
from tests.mirror.conftest import files_of
from tests.own_database import own_database


@pytest.fixture
def engine(request, tmp_path):
    with own_database(request, tmp_path, "sqlite") as made:
        yield made


@pytest.fixture
def written(place):
    """A place with two templates, one of them in two versions."""
    place.release("assets")
    place.release("assets", "1.0.1")
    place.release("benches", category="fukushi")
    place.write()
    return place


class KilledError(Exception):
    """The process ends here."""


class DyingSource(FolderSource):
    """A source whose reader is killed after some files."""

    def __init__(self, folder, reads):
        super().__init__(folder)
        self.left = reads

    def read(self, path, most):
        if self.left == 0:
            raise KilledError
        self.left -= 1
        return super().read(path, most)


class CountingSource(FolderSource):
    """Writes down what was read."""

    def __init__(self, folder):
        super().__init__(folder)
        self.paths = []

    def read(self, path, most):
        self.paths.append(path)
        return super().read(path, most)


def sealed_anew(place, signer=None, **changes):
    """Write a head that says something else, signed by the service or by somebody else."""
    head = read_head(read_seal(decode((place.folder / HEAD).read_bytes(), HEAD))["head"])
    data = seal_head(replace(head, **changes), signer or place.ports.signer)
    (place.folder / HEAD).write_bytes(data)


def test_a_mirror_holds_the_same_files_and_is_sound(written, mirror, copy):
    copied = copy()
    assert (copied.templates, copied.bundles, copied.removed) == (2, 3, 0)
    assert not check_mirror(mirror, None).wrong
    held = files_of(mirror.folder)
    source = files_of(written.folder)
    assert {path: content for path, content in held.items() if path in source} == source
    assert set(held) - set(source) == {"mirror.json", ".mirror.lock"}


def test_only_what_changed_is_fetched(written, mirror, copy):
    copy()
    written.release("benches", "1.0.1", category="fukushi")
    written.withdraw("assets")
    written.write()
    source = CountingSource(written.folder)
    copied = copy(source)
    kinds = sorted(path.partition("/")[0] for path in source.paths)
    assert kinds == ["bundles", "head.json", "templates", "templates"]
    # The old files of two templates, and the bundle that was withdrawn.
    assert (copied.fetched, copied.removed) == (3, 3)
    assert not check_mirror(mirror, None).wrong


def test_a_mirror_of_a_part_holds_that_part(written, mirror, copy):
    copied = copy(wish=Wish(categories=("fukushi",)))
    assert (copied.templates, copied.bundles) == (1, 1)
    copied = copy(wish=Wish(templates=(f"{ASAHIKAWA}/assets",), bundles=False))
    assert (copied.templates, copied.bundles) == (1, 0)
    assert not list((mirror.folder / "bundles").rglob("*.zip"))
    assert not check_mirror(mirror, None).wrong


def test_a_mirror_can_be_mirrored_and_a_part_tells_what_it_lacks(written, mirror, copy, tmp_path):
    copy(wish=Wish(categories=("fukushi",)))
    onward = MirrorFolder(tmp_path / "onward")

    def copy_on(wish):
        order = Order("mirror", wish, None)
        return copy_index(FolderSource(mirror.folder), onward, order, written.clock(), lambda _done, _total: None)

    with pytest.raises(IndexIncompleteError):
        copy_on(Wish())
    assert copy_on(Wish(categories=("fukushi",))).templates == 1
    assert not check_mirror(onward, None).wrong


@pytest.mark.parametrize("reads", range(7))
def test_a_killed_mirror_leaves_the_old_state_whole(written, mirror, copy, reads):
    copy()
    before = mirror.state()
    written.release("benches", "1.0.1", category="fukushi")
    written.release("chairs")
    written.withdraw("assets")
    written.write()
    try:
        copy(DyingSource(written.folder, reads))
    except KilledError:
        assert mirror.state() == before
        assert not check_mirror(mirror, None).wrong
    assert copy().state.sealed.head.number == 5
    assert not check_mirror(mirror, None).wrong


def test_a_mirror_killed_between_its_state_and_its_head_mends_itself(written, mirror, copy):
    copy()
    old = (mirror.folder / HEAD).read_bytes()
    written.release("chairs")
    written.write()
    copy()
    (mirror.folder / HEAD).write_bytes(old)
    assert [path for path, _error in check_mirror(mirror, None).wrong] == [HEAD]
    copy()
    assert not check_mirror(mirror, None).wrong


def test_every_file_that_is_tampered_with_is_refused(written, mirror, copy):
    copy()
    before = files_of(mirror.folder)
    for path, content in files_of(written.folder).items():
        for kind in ("feed", "templates", "bundles"):
            shutil.rmtree(mirror.folder / kind, ignore_errors=True)
        (written.folder / path).write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
        with pytest.raises(DomainError) as refused:
            copy()
        assert isinstance(refused.value, IndexForgedError | IndexDamagedError), path
        (written.folder / path).write_bytes(content)
    copy()
    assert files_of(mirror.folder) == before


def test_what_is_tampered_with_in_a_mirror_is_told_and_mended(written, mirror, copy):
    copy()
    sound = files_of(mirror.folder)
    names = [path for path in sound if path.partition("/")[0] in {"templates", "bundles"}]
    for path in names:
        (mirror.folder / path).write_bytes(b"{}")
    assert {path for path, _error in check_mirror(mirror, None).wrong} >= {
        path for path in names if path.startswith("templates")
    }
    assert copy().fetched == len(names)
    assert files_of(mirror.folder) == sound


def test_an_older_index_is_refused(written, mirror, copy):
    old = files_of(written.folder)
    written.release("chairs")
    written.write()
    copy()
    (written.folder / HEAD).write_bytes(old[HEAD])
    with pytest.raises(IndexRolledBackError):
        copy()
    assert not check_mirror(mirror, None).wrong


def test_a_rewritten_past_is_refused_even_if_signed(written, mirror, copy):
    copy()
    head = read_head(read_seal(decode((written.folder / HEAD).read_bytes(), HEAD))["head"])
    forged = replace(head.entries[0], category="other")
    sealed_anew(written, entries=[forged, *head.entries[1:]])
    with pytest.raises(IndexRewrittenError):
        copy()


def test_another_history_of_the_same_service_is_taken(written, mirror, copy):
    copy()
    sealed_anew(written, history=written.head()["history"] + 1, number=1, entries=_first_entries(written, 1))
    assert copy(wish=Wish()).templates == 1


def _first_entries(place, count):
    head = read_head(read_seal(decode((place.folder / HEAD).read_bytes(), HEAD))["head"])
    return list(head.entries[:count])


def test_the_key_seen_first_is_the_only_one_believed(written, mirror, copy):
    copy()
    other = Ed25519Signer([new_signing_key()])
    sealed_anew(written, other)
    with pytest.raises(IndexUntrustedError) as refused:
        copy()
    [key] = other.public_keys()
    assert refused.value.params["fingerprint"] == key.fingerprint
    assert copy(believes=key.__eq__).state.sealed.key == key


def test_a_key_that_is_named_is_asked_for_from_the_first(written, mirror, copy):
    with pytest.raises(IndexUntrustedError):
        copy(believes=PublicKey(b"0" * 32).__eq__)
    assert mirror.state() is None


def test_a_signature_is_of_the_index_and_nothing_else(written, copy):
    document = json.loads((written.folder / HEAD).read_bytes())
    bare = written.ports.signer.sign(json.dumps(document["head"]).encode())
    document["signatures"][0]["signature"] = base64.b64encode(bare).decode()
    (written.folder / HEAD).write_text(json.dumps(document))
    with pytest.raises(IndexForgedError):
        copy()


def test_an_expired_index_is_taken_only_on_demand(written, copy):
    written.clock.advance(days=7)
    with pytest.raises(IndexExpiredError):
        copy()
    assert copy(allows_expired=True).templates == 2


@pytest.mark.parametrize(
    "name",
    ["../../etc", "a/../b", "a/..", "/a/b", "a\\b/c", "a/b/c", "a/b\n", "A/b", f"a/{'b' * 200}", "a/b.json", "a/-b"],
)
def test_names_that_could_be_paths_are_refused(written, mirror, copy, name):
    assert not is_template(name)
    entry = Entry(1, name, "soumu", "0" * 64, 10, "")
    sealed_anew(written, number=1, entries=[entry])
    with pytest.raises(IndexDamagedError):
        copy()
    assert set(files_of(mirror.folder)) == {".mirror.lock"}


def test_a_file_that_is_larger_than_it_says_is_not_read_on(written, copy):
    path = next(path for path in files_of(written.folder) if path.startswith("bundles"))
    with (written.folder / path).open("ab") as file:
        file.write(b"0" * 1000)
    with pytest.raises(IndexTooLargeError):
        copy()
    (written.folder / HEAD).write_bytes(b" " * 2_000_000)
    with pytest.raises(IndexTooLargeError):
        copy()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_plain_file_is_not_waited_for(written, copy, make):
    path = next(path for path in files_of(written.folder) if path.startswith("bundles"))
    (written.folder / path).unlink()
    make(written.folder / path)
    with pytest.raises(IndexUnreachableError):
        copy()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"head": {}, "signatures": []}', b"[" * 100_000])
def test_what_is_no_head_is_refused(written, copy, content):
    (written.folder / HEAD).write_bytes(content)
    with pytest.raises(IndexDamagedError):
        copy()


def test_a_place_without_an_index_has_none(mirror, copy, tmp_path):
    with pytest.raises(IndexFileNotFoundError):
        copy(FolderSource(tmp_path / "nowhere"))


def test_a_folder_of_something_else_is_left_alone(written, mirror, copy):
    mirror.folder.mkdir()
    (mirror.folder / "letter.txt").write_text("大切")
    with pytest.raises(MirrorForeignError):
        copy()
    with pytest.raises(MirrorForeignError):
        check_mirror(mirror, None)
    assert (mirror.folder / "letter.txt").read_text() == "大切"


def test_only_files_of_an_index_are_ever_deleted(written, mirror, copy, tmp_path):
    copy()
    kept = tmp_path / "elsewhere"
    kept.mkdir()
    (kept / "letter.txt").write_text("大切")
    (mirror.folder / "bundles" / "note.txt").write_text("大切")
    (mirror.folder / "bundles" / ".new-abc").write_text("")
    shutil.rmtree(mirror.folder / "templates")
    (mirror.folder / "templates").symlink_to(kept)
    copy()
    assert (kept / "letter.txt").exists()
    assert (mirror.folder / "bundles" / "note.txt").exists()
    assert not (mirror.folder / "bundles" / ".new-abc").exists()


def test_a_mirror_whose_own_record_was_tampered_with_is_refused(written, mirror, copy):
    copy()
    state = json.loads((mirror.folder / "mirror.json").read_text())
    for name, value in {"head": state["head"].replace("assets", "assetz"), "public_key": "0" * 64}.items():
        (mirror.folder / "mirror.json").write_text(json.dumps({**state, name: value}))
        with pytest.raises(DomainError) as refused:
            check_mirror(mirror, None)
        assert refused.value.code == {"head": "index-forged", "public_key": "index-untrusted"}[name]


def test_two_do_not_copy_into_one_folder_at_once(written, mirror, copy):
    with mirror.locked(), pytest.raises(MirrorInUseError):
        copy()


@pytest.mark.slow
def test_a_thousand_templates_take_bounded_time(place, mirror, copy):
    place.release_many(1000)
    started = time.monotonic()
    place.write()
    written_after = time.monotonic()
    head = place.head()
    assert (head["number"], len(head["entries"]), head["templates"]) == (1000, 0, 1000)
    assert copy().templates == 1000
    copied_after = time.monotonic()
    source = CountingSource(place.folder)
    assert copy(source).fetched == 0
    assert source.paths == [HEAD]
    assert written_after - started < 60
    assert copied_after - written_after < 30
    for path, content in files_of(mirror.folder).items():
        if path.startswith("feed/"):
            assert hashlib.sha256(content).hexdigest() in path
    forged = next((place.folder / "feed").iterdir())
    forged.write_bytes(forged.read_bytes().replace(b"assets-1", b"assets-2"))
    (mirror.folder / "feed" / forged.name).unlink()
    with pytest.raises(IndexForgedError):
        copy()
