"""What photographs tell beside what they show is found, and taken out without touching the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.bundle.checking import check
from marketplace.bundle.picture_data import Notes, PictureUnreadableError, kind_of, notes_of, without_notes
from tests.bundle.factories import ICON, make_app, make_bundle, make_field
from tests.picture_files import (
    GPS,
    MODEL,
    ORIENTATION,
    make_jpeg,
    make_photograph,
    make_png,
    make_tiff,
    make_webp,
    segment,
)

ICC = (0xE2, b"ICC_PROFILE\0\1\1colours")
XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta exif:GPSLatitude='43,46N'/>"
LOCATION, OTHERS, NOTHING = Notes(has_location=True, has_others=True), Notes(False, True), Notes(False, False)
PHOTOGRAPHS = {
    "jpeg": make_photograph((GPS, 1)),
    "jpeg of a little endian": make_jpeg((0xE1, b"Exif\0\0" + make_tiff((GPS, 1), order="<"))),
    "jpeg with xmp": make_jpeg((0xE1, XMP)),
    "png": make_png((b"eXIf", make_tiff((GPS, 1)))),
    "png with xmp": make_png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)),
    "webp": make_webp((b"EXIF", make_tiff((GPS, 1)))),
    "webp with xmp": make_webp((b"XMP ", XMP)),
}
OF_OTHERS = {
    "camera": make_photograph((MODEL, 1)),
    "caption": make_jpeg((0xED, b"Photoshop 3.0\0by Mihon")),
    "broken Exif": make_jpeg((0xE1, b"Exif\0\0MM")),
    "author": make_png((b"tEXt", b"Author\0Mihon")),
}
PLAIN = {
    "jpeg": make_jpeg((0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), ICC),
    "which way is up": make_photograph((ORIENTATION, 6)),
    "png": make_png((b"tEXt", b"Software\0screenshot"), (b"gAMA", bytes(4))),
    "webp": make_webp(flags=0),
}


@pytest.mark.parametrize("data", PHOTOGRAPHS.values(), ids=PHOTOGRAPHS)
def test_a_place_is_found_and_taken_out(data: bytes) -> None:
    assert notes_of(data) == LOCATION
    clean = without_notes(data)
    assert notes_of(clean) == NOTHING
    assert without_notes(clean) == clean
    assert b"GPS" not in clean
    assert kind_of(clean) == kind_of(data)


@pytest.mark.parametrize("data", OF_OTHERS.values(), ids=OF_OTHERS)
def test_other_notes_are_found_and_taken_out(data: bytes) -> None:
    assert notes_of(data) == OTHERS
    assert notes_of(without_notes(data)) == NOTHING


@pytest.mark.parametrize("data", PLAIN.values(), ids=PLAIN)
def test_a_picture_that_tells_nothing_is_left_in_peace(data: bytes) -> None:
    assert notes_of(data) == NOTHING


def test_what_is_seen_stays_as_it_is() -> None:
    assert without_notes(make_jpeg((0xE1, XMP), ICC, (0xFE, b"comment"))) == make_jpeg(ICC)
    assert without_notes(make_png((b"eXIf", make_tiff((GPS, 1))), (b"tIME", bytes(7)))) == make_png()
    assert without_notes(make_webp((b"EXIF", make_tiff((GPS, 1))))) == make_webp(flags=0)


@pytest.mark.parametrize(
    "make",
    [
        lambda tiff: make_jpeg((0xE1, b"Exif\0\0" + tiff)),
        lambda tiff: make_png((b"eXIf", tiff)),
        lambda tiff: make_webp((b"EXIF", tiff)),
    ],
    ids=["jpeg", "png", "webp"],
)
def test_a_turned_photograph_stays_turned(make) -> None:
    clean = without_notes(make(make_tiff((MODEL, 1), (ORIENTATION, 6), (GPS, 1))))
    assert notes_of(clean) == NOTHING
    assert make_tiff((ORIENTATION, 6)) in clean
    assert without_notes(clean) == clean


def test_what_stands_behind_the_end_goes() -> None:
    assert without_notes(make_jpeg(after=b"ftypmp4 +43.77+142.36/")) == make_jpeg()
    assert without_notes(make_png(after=b"PK\x03\x04")) == make_png()


def test_a_second_scan_and_the_segments_between_are_kept() -> None:
    tables = segment(0xC4, bytes(19))
    twice = make_jpeg()[:-2] + tables + make_jpeg()[2:]
    assert without_notes(twice) == twice


@pytest.mark.parametrize("data", [*PHOTOGRAPHS.values(), *OF_OTHERS.values()])
def test_half_a_picture_is_no_picture(data: bytes) -> None:
    with pytest.raises(PictureUnreadableError):
        without_notes(data[: len(data) // 2])


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x30\0\0\0WEBP"]))
def test_no_bytes_break_it(data: bytes, start: bytes) -> None:
    notes_of(start + data)
    try:
        clean = without_notes(start + data)
    except PictureUnreadableError:
        return
    assert notes_of(clean) == NOTHING


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (ICON, "svg"),
        (b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg/>', "svg"),
        (make_png(), "png"),
        (make_jpeg(), "jpg"),
        (make_webp(), "webp"),
        (b"GIF89a", None),
        (b"<html><svg>", None),
        (b"%PDF-1.4", None),
        (b"", None),
    ],
)
def test_a_kind_is_known_by_its_bytes(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind


def test_a_photograph_that_tells_its_place_stands_in_the_way_wherever_it_is() -> None:
    photograph = make_photograph((GPS, 1))
    record = {"写真": {"value": [{"path": "files/a.jpg"}]}}
    app = make_app("申請", make_field("FILE", "写真"), records={"records": [record]})
    files = {f"{place}/a.jpg": photograph for place in ("images", "apps/request/files")}
    files["images/b.jpg"] = make_photograph((MODEL, 1))
    findings = check(make_bundle({"request": app}, files=files))
    assert [(each.code, each.file, each.severity) for each in findings] == [
        ("picture-location", "images/a.jpg", "error"),
        ("picture-location", "apps/request/files/a.jpg", "error"),
        ("picture-notes", "images/b.jpg", "warning"),
    ]


def test_listed_pictures_are_there_once() -> None:
    alt = {"ja": "一覧", "en": "List"}
    listed = [{"file": f"images/{name}.png", "alt": alt} for name in ("a", "none", "a")]
    findings = check(make_bundle(pictures=listed, files={"images/a.png": make_png()}))
    assert [(each.code, each.pointer) for each in findings] == [
        ("file-not-in-bundle", "/pictures/1/file"),
        ("picture-repeated", "/pictures/2/file"),
    ]
