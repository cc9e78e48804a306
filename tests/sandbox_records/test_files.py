from __future__ import annotations

import pytest

from marketplace.sandbox.files import attach_files, find_files, read_file, store_upload
from marketplace.sandbox.records.errors import StoredFileNotFoundError
from marketplace.sandbox.records.reading import get_record, list_records
from marketplace.sandbox.records.writing import add_record, update_record
from tests.sandbox_records.factories import NOW, SITE, caller, field, make_app, make_site, row, table, text, values


@pytest.fixture
def upload(session, ports):
    make_site(session)

    def make(name="領収書.pdf", data=b"%PDF", content_type="application/pdf"):
        return store_upload(session, ports.blobs, SITE, name=name, content_type=content_type, data=data, now=NOW)

    return make


def keys(*names):
    return [{"fileKey": name} for name in names]


def files_of(session, app, code="添付"):
    return get_record(session, caller(), app, 1)[code]["value"]


def test_an_attached_file_is_shown_with_name_type_and_size_under_another_key(session, upload):
    app = make_app(session, 添付=field("FILE"))
    key = upload()
    add_record(session, caller(), app, values(添付=keys(key)), NOW)
    (shown,) = files_of(session, app)
    assert shown | {"fileKey": ""} == {
        "contentType": "application/pdf",
        "fileKey": "",
        "name": "領収書.pdf",
        "size": "4",
    }
    assert shown["fileKey"] != key


def test_an_attached_file_can_be_read_back(session, ports, upload):
    app = make_app(session, 添付=field("FILE"))
    add_record(session, caller(), app, values(添付=keys(upload(data=b"abc"))), NOW)
    stored, data = read_file(session, ports.blobs, SITE, files_of(session, app)[0]["fileKey"])
    assert (stored.name, data) == ("領収書.pdf", b"abc")


def test_an_upload_key_serves_only_to_attach(session, ports, upload):
    with pytest.raises(StoredFileNotFoundError):
        read_file(session, ports.blobs, SITE, upload())


def test_an_upload_key_serves_once(session, upload):
    app = make_app(session, 添付=field("FILE"))
    key = upload()
    add_record(session, caller(), app, values(添付=keys(key)), NOW)
    with pytest.raises(StoredFileNotFoundError):
        add_record(session, caller(), app, values(添付=keys(key)), NOW)


@pytest.mark.parametrize("key", ["unknown", "あ", "a\x01b"])
def test_an_unknown_key_is_refused_for_reading_and_attaching(session, ports, key):
    app = make_app(session, 添付=field("FILE"))
    with pytest.raises(StoredFileNotFoundError):
        add_record(session, caller(), app, values(添付=keys(key)), NOW)
    with pytest.raises(StoredFileNotFoundError):
        read_file(session, ports.blobs, SITE, key)


def test_a_file_of_another_site_does_not_exist(session, ports, upload):
    lasting = attach_files(session, SITE, [upload()], NOW)
    with pytest.raises(StoredFileNotFoundError):
        read_file(session, ports.blobs, "other", next(iter(lasting.values())))


def test_an_update_may_keep_files_and_add_others(session, upload):
    app = make_app(session, 添付=field("FILE"))
    add_record(session, caller(), app, values(添付=keys(upload("a.txt"), upload("b.txt"))), NOW)
    kept = files_of(session, app)[1]["fileKey"]
    record = values(添付=keys(kept, upload("c.txt")))
    update_record(session, caller(), app, {"id": 1, "record": record}, NOW)
    assert [each["name"] for each in files_of(session, app)] == ["b.txt", "c.txt"]
    assert files_of(session, app)[0]["fileKey"] == kept


def test_a_record_cannot_take_a_file_out_of_another_record(session, upload):
    app = make_app(session, 添付=field("FILE"))
    add_record(session, caller(), app, values(添付=keys(upload())), NOW)
    stolen = files_of(session, app)[0]["fileKey"]
    with pytest.raises(StoredFileNotFoundError):
        add_record(session, caller(), app, values(添付=keys(stolen)), NOW)


def test_files_in_table_rows_are_attached_too(session, upload):
    app = make_app(session, 明細=table(写真=field("FILE")))
    add_record(session, caller(), app, values(明細=[row(写真=keys(upload("現場.jpg")))]), NOW)
    assert files_of(session, app, "明細")[0]["value"]["写真"]["value"][0]["name"] == "現場.jpg"


@pytest.mark.parametrize(
    ("query", "count"), [('添付 like "ﾘｮｳ"', 1), ("添付 is empty", 0), ("添付 is not empty", 1), ('添付 like "x"', 0)]
)
def test_files_are_found_by_name(session, upload, query, count):
    app = make_app(session, 添付=field("FILE"), 名前=text())
    add_record(session, caller(), app, values(添付=keys(upload("リョウ収書.pdf"))), NOW)
    update_record(session, caller(), app, {"id": 1, "record": values(名前="x")}, NOW)
    assert len(list_records(session, caller(), app, query=query, now=NOW).records) == count


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\tmp\\a.txt", "a.txt"),
        ("a\x00\n.txt", "a.txt"),
        ("", "file"),
        ("\ud800", "?"),
    ],
)
def test_file_names_lose_paths_and_control_characters(session, ports, upload, given, kept):
    lasting = attach_files(session, SITE, [key := upload(given)], NOW)
    assert find_files(session, SITE, lasting.values())[lasting[key]].name == kept
