"""Plug-ins over the API: those of the workspace, and those of its apps."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.sandbox.models import StoredFile
from marketplace.sandbox.plugins.package import PACKAGE_BYTES
from tests.kintone_api.conftest import Kintone
from tests.plugin_packages import MANIFEST, make_contents, make_package


def install(kintone: Kintone, package: bytes | None = None) -> str:
    """Install a plug-in and return its id."""
    return kintone.post("plugin", fileKey=kintone.upload(package or make_package(), "plugin.zip"))["id"]


def newer(**changes: object) -> bytes:
    """A package of the same key with another manifest."""
    return make_package(make_contents({**MANIFEST, **changes}))


def test_an_installed_plug_in_is_listed(kintone: Kintone, as_sato: Kintone):
    plugin = install(kintone)
    assert as_sato.get("plugins") == {
        "plugins": [
            {
                "id": plugin,
                "name": "Report",
                "description": "Prints reports.",
                "isMarketPlugin": False,
                "version": "1.2",
            }
        ]
    }
    assert kintone.refused("POST", "plugin", fileKey=kintone.upload(make_package())) == (400, "GAIA_PL02")


def test_the_latest_plug_in_comes_first(kintone: Kintone, clock):
    first = install(kintone)
    clock.advance(seconds=60)
    second = install(kintone, make_package(key="second"))
    assert [each["id"] for each in kintone.get("plugins")["plugins"]] == [second, first]
    assert [each["id"] for each in kintone.get("plugins", offset=1)["plugins"]] == [first]
    assert [each["id"] for each in kintone.get("plugins", limit=1)["plugins"]] == [second]
    assert [each["id"] for each in kintone.get("plugins", **{"ids[0]": first})["plugins"]] == [first]
    assert len(kintone.send("GET", "plugins", {"ids": None}).json["plugins"]) == 2


def test_an_update_needs_the_same_key(kintone: Kintone, sessions: Sessions):
    plugin = install(kintone)
    updated = kintone.put("plugin", id=plugin, fileKey=kintone.upload(newer(version=2)))
    assert updated == {"id": plugin, "version": "2"}
    other = kintone.upload(make_package(key="second"))
    assert set(kintone.errors("PUT", "plugin", id=plugin, fileKey=other)) == {"fileKey"}
    assert kintone.refused("PUT", "plugin", id="a" * 32, fileKey=other) == (400, "GAIA_PL01")
    assert kintone.delete("plugin", id=plugin) == {}
    with unit_of_work(sessions) as (session, _):
        assert session.scalars(select(StoredFile).where(StoredFile.attached.is_(True))).all() == []


@pytest.mark.parametrize(
    ("method", "body"), [("POST", {"fileKey": "x"}), ("PUT", {"id": "a", "fileKey": "x"}), ("DELETE", {"id": "a"})]
)
def test_only_administrators_install_plug_ins(as_sato: Kintone, method, body):
    assert as_sato.refused(method, "plugin", **body) == (403, "CB_NO02")


def test_a_file_that_is_no_plug_in_is_refused_and_may_be_sent_again(kintone: Kintone):
    key = kintone.upload(b"PK\3\4 not really")
    response = kintone.send("POST", "plugin", {"fileKey": key}, headers={"Accept-Language": "en"})
    assert (response.status_code, response.json["code"]) == (400, "GAIA_PL03")
    assert response.json["message"].startswith("The plug-in file is not valid. It cannot be read as a zip")
    assert kintone.refused("POST", "plugin", fileKey="nothing") == (404, "GAIA_BL01")
    assert set(kintone.errors("POST", "plugin")) == {"fileKey"}


def test_a_package_over_the_limit_is_not_even_read(kintone: Kintone, sessions: Sessions):
    key = kintone.upload(b"as large as it says")
    with unit_of_work(sessions) as (session, _):
        session.get_one(StoredFile, key).size = PACKAGE_BYTES + 1
    assert set(kintone.errors("POST", "plugin", fileKey=key)) == {"fileKey"}


def test_an_app_names_its_plug_ins_in_the_language_asked_for(kintone: Kintone):
    plugin, app = install(kintone), kintone.live_app()
    assert kintone.post("preview/app/plugins", app=app, ids=[plugin, plugin])["revision"] == "2"
    kintone.post("preview/app/plugins", app=app, ids=[plugin])
    expected = {"id": plugin, "name": "Report", "enabled": True}
    assert kintone.get("preview/app/plugins", app=app)["plugins"] == [expected]
    assert kintone.get("app/plugins", app=app)["plugins"] == []
    kintone.deploy(app)
    assert kintone.get("app/plugins", app=app, lang="JA")["plugins"] == [{**expected, "name": "帳票"}]
    assert kintone.get("app/plugins", app=app, lang="zh")["plugins"] == [expected]
    assert set(kintone.errors("GET", "app/plugins", app=app, lang="fr")) == {"lang"}


def test_an_app_has_at_most_twenty(kintone: Kintone):
    app = kintone.make_app()
    assert set(kintone.errors("POST", "preview/app/plugins", app=app, ids=["a"] * 21)) == {"ids"}
    assert set(kintone.errors("POST", "preview/app/plugins", app=app)) == {"ids"}


def test_an_unknown_plug_in_adds_none(kintone: Kintone):
    plugin, app = install(kintone), kintone.make_app()
    assert kintone.refused("POST", "preview/app/plugins", app=app, ids=[plugin, "b" * 32]) == (400, "GAIA_PL01")
    assert kintone.get("preview/app/plugins", app=app) == {"plugins": [], "revision": "1"}


def test_the_apps_with_a_plug_in_are_listed(kintone: Kintone, as_sato: Kintone):
    plugin, app = install(kintone), kintone.make_app("帳票つき")
    kintone.post("preview/app/plugins", app=app, ids=[plugin])
    assert kintone.get("plugin/apps", id=plugin) == {"apps": []}
    kintone.deploy(app, kintone.make_app("なし"))
    assert as_sato.get("plugin/apps", id=plugin) == {"apps": [{"id": str(app), "name": "帳票つき"}]}
    assert kintone.get("plugin/apps", id="b" * 32) == {"apps": []}
    assert set(kintone.errors("GET", "plugin/apps", id=plugin, limit=501)) == {"limit"}


def test_a_removed_plug_in_is_missed_by_the_apps_that_name_it(kintone: Kintone):
    plugin, app = install(kintone), kintone.make_app()
    kintone.post("preview/app/plugins", app=app, ids=[plugin])
    kintone.deploy(app)
    assert kintone.get("plugins/required") == {"plugins": []}
    assert kintone.delete("plugin", id=plugin) == {}
    assert kintone.get("plugins/required") == {"plugins": [{"id": plugin, "name": "Report", "isMarketPlugin": False}]}
    assert kintone.get("app/plugins", app=app)["plugins"] == [{"id": plugin, "name": "Report", "enabled": True}]
    assert kintone.refused("DELETE", "plugin", id=plugin) == (400, "GAIA_PL01")
    install(kintone)
    assert kintone.get("plugins/required") == {"plugins": []}
