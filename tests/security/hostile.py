"""A municipality that writes attacks into every text it can write, and what a page that falls for one looks like."""

from __future__ import annotations

import io
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from bs4 import BeautifulSoup, Tag
from sqlalchemy import select

from marketplace.bundle.writing import write_zip
from marketplace.operating.models import Report
from tests.bundle.factories import make_app as make_kintone_app
from tests.bundle.factories import make_bundle, make_field, make_manifest, make_options
from tests.kintone_api.conftest import Kintone, credentials
from tests.municipalities.factories import MIHON
from tests.security.planted import CSV, Planted

PROBE = """'"></title></textarea><zqx onload=zqx()><img onerror=zqx()>"""
LINK = """<a href="javascript:zqx()">a</a>[b](javascript:zqx()) ![c](javascript:zqx()) <javascript:zqx()>"""
LONG = f"{PROBE} {LINK}\n\n# {PROBE}\n\n- {LINK}\n\n[d]: javascript:zqx()\n\n[d] `{PROBE}`\n"
FORMULA = '=HYPERLINK("javascript:zqx()","zqx")'
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "srcset", "data", "poster", "content", "background"}
LIVE = ("javascript:", "vbscript:", "data:text", "zqx:")
SLUG = "hostile"


def live_parts(html: str) -> Iterator[str]:
    """Return what of a page a browser would run or fetch, or take for an element that nobody but an attacker wrote."""
    for tag in BeautifulSoup(html, "html5lib").find_all(True):
        if not isinstance(tag, Tag):
            continue
        runs = tag.name == "script" and (not str(tag.get("src", "")).startswith("/static/") or tag.get_text(strip=True))
        if tag.name in {"zqx", "iframe", "object", "embed", "base"} or runs:
            yield str(tag)[:300]
        for name, value in tag.attrs.items():
            address = "".join(str(value).split()).lower()
            if name.startswith("on") or "zqx" in name or (name in ADDRESSES and address.startswith(LIVE)):
                yield f"<{tag.name} {name}={value!r}>"[:300]


def live_parts_of_svg(drawn: str) -> Iterator[str]:
    """Return what of a picture a browser would run or fetch, if somebody opened it by itself."""
    for element in ET.fromstring(drawn).iter():  # noqa: S314 - our own service drew it
        name = _local(element.tag)
        if name in {"script", "foreignObject", "iframe", "set", "animate", "handler", "zqx"}:
            yield ET.tostring(element, encoding="unicode")[:300]
        for key, value in element.attrib.items():
            attribute, address = _local(key), "".join(value.split()).lower()
            fetches = attribute in ADDRESSES and not address.startswith(("#", "data:image/png", "data:image/jpeg"))
            if attribute.startswith("on") or "zqx" in attribute or fetches or "javascript:" in address:
                yield f"<{name} {attribute}={value!r}>"[:300]


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def hostile_bundle() -> bytes:
    """Make a bundle with an attack in every text of it."""
    options = make_options(PROBE, "東")
    app = make_kintone_app(
        PROBE[:64],
        make_field("SINGLE_LINE_TEXT", "件名", label=PROBE, defaultValue=PROBE),
        make_field("MULTI_LINE_TEXT", "詳細", label=PROBE, defaultValue=LONG),
        make_field("RICH_TEXT", "本文", label=PROBE, defaultValue=LONG),
        make_field("DROP_DOWN", "地区", label=PROBE, options=options, defaultValue=""),
        make_field("NUMBER", "数", label=PROBE, unit="<zqx>", unitPosition="AFTER"),
        make_field("LINK", "リンク", label=PROBE, protocol="WEB"),
        views={
            "views": {
                PROBE: {"type": "LIST", "name": PROBE, "index": "0", "fields": ["件名", "本文", "地区"], "sort": ""},
            },
        },
        records={
            "records": [
                {"件名": {"value": PROBE}, "詳細": {"value": LONG}, "本文": {"value": LONG}, "地区": {"value": PROBE}},
            ],
        },
    )
    app["settings"]["description"] = LONG
    app["layout"]["layout"].append({"type": "ROW", "fields": [{"type": "LABEL", "label": LONG}]})
    manifest = make_manifest(
        "request",
        slug=SLUG,
        name={"ja": PROBE, "en": PROBE},
        summary={"ja": PROBE, "en": PROBE},
        departments=[PROBE[:40]],
        keywords=[PROBE[:40]],
        personal_data={"handles": True, "kinds": [PROBE[:40]]},
    )
    files = {"README.md": LONG, "README.en.md": LONG, "CHANGELOG.md": f"# {PROBE}\n\n## 1.0.0\n\n{LONG}"}
    return write_zip(make_bundle({"request": app}, manifest=manifest, files=files))


class Attacks:
    """Writes the attacks, each by the way that its author would take."""

    def __init__(self, planted: Planted) -> None:
        self.planted = planted

    def write(self) -> None:
        """Write everywhere."""
        self._templates()
        self._community()
        self._municipality()
        self._app()

    def _new(self, method: str, path: str, **body: object) -> dict[str, str]:
        answer = self.planted.token.send(method, f"/api/v1/{path}", json=body)
        assert answer.status_code < 300, (path, answer.text)
        return dict(answer.json or {})

    def _send(self, path: str, **data: object) -> str:
        answer = self.planted.admin.post(path, data=data)
        assert answer.status_code in {200, 201, 303}, (path, answer.status_code, answer.text[-5000:])
        return str(answer.headers.get("Location", ""))

    def _templates(self) -> None:
        draft = self.planted.token.upload(hostile_bundle()).json
        self._new("POST", f"drafts/{draft['id']}/release")
        again = hostile_bundle()
        self.planted.ids["draft_id"] = self.planted.token.upload(again).json["id"]
        self.planted.ids |= {"publisher": MIHON, "slug": SLUG}

    def _community(self) -> None:
        template = f"{MIHON}/{SLUG}"
        told = {"title": PROBE, "problem": LONG, "solution": LONG, "effect": LONG, "department": PROBE[:40]}
        self.planted.ids["story_id"] = self._new("POST", "stories", template=template, **told)["id"]
        wanted = self._new("POST", "wanted-apps", title=PROBE, text=LONG, category="kensetsu", department=PROBE[:40])
        self._new("POST", f"wanted-apps/{wanted['id']}/answers", template=template, text=PROBE)
        self.planted.ids["wanted_id"] = wanted["id"]
        place = "/templates/993018/subsidy-grant-management"
        self._send(f"{place}/review", stars="1", text=LONG[:900])
        report = {"reason": "other", "text": LONG[:900]}
        story = f"/reports/story/{self.planted.ids['story_id']}"
        assert self.planted.visitors["neighbour"].send("POST", story, data=report).status_code == 303
        about = Report.subject_id == self.planted.ids["story_id"]
        self.planted.ids["report_id"] = str(self.planted.find(select(Report.id).where(about)))

    def _municipality(self) -> None:
        self._send("/account/name", name=PROBE)
        self._new("POST", "tokens", name=PROBE, scopes=["workspaces:read"], expires_in_days=30)
        self._new("POST", "workspaces", name=PROBE, kind="closed-network", address="https://zqx7.cybozu.com")
        made = self._new("POST", "workspaces", name=PROBE)["workspace"]["id"]  # type: ignore[index]
        done = self.planted.web.start(made, template=f"{MIHON}/{SLUG}")
        self.planted.web.run(done)
        self.planted.ids |= {"workspace_id": made, "site_id": made, "import_id": done, "app_id": "1"}

    def _app(self) -> None:
        site = self.planted.ids["workspace_id"]
        password = self.planted.web.reset_password(site, MIHON)
        kintone = Kintone(self.planted.app, credentials("Administrator", password), site=site)
        kintone.post(
            "record",
            app=1,
            record={"件名": {"value": FORMULA}, "リンク": {"value": "https://example.jp/?javascript:zqx()"}},
        )
        kintone.post("record/comment", app=1, record="1", comment={"text": LONG})
        members = [{"entity": {"type": "USER", "code": "Administrator"}, "isAdmin": True}]
        kintone.post("template/space", id=1, name=PROBE, members=members)
        self._send(f"/workspaces/{site}/people/groups", code="kakari", name=PROBE)
        base = f"/w/{site}/k/1"
        self._send(f"{base}/settings/tokens", name=PROBE, permissions=["view"])
        named = CSV.replace(b"S-99", PROBE.replace('"', "").encode())
        self.planted.ids["key"] = self._send(f"{base}/import", file=(io.BytesIO(named), f"{PROBE}.csv")).split("/")[-1]
