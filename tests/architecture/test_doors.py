"""Nothing can be entered without passing a door."""

from __future__ import annotations

import pytest

from marketplace.app import create_app
from marketplace.settings import Settings

PUBLIC = {"static", "healthz", "livez", "readyz"}


@pytest.fixture
def app(tmp_path):
    return create_app(Settings(data_dir=tmp_path))


def test_every_blueprint_has_a_door(app):
    assert set(app.blueprints) == set(app.doors)


def test_only_static_files_and_the_health_checks_stand_before_the_doors(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules() if "." not in rule.endpoint} == PUBLIC


def test_the_api_is_entered_by_token_only(app):
    doors = {
        app.doors[rule.endpoint.partition(".")[0]] for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
    }
    assert {door.__name__ for door in doors} == {"token_door"}
