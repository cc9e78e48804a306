"""The table of what costs more than its method tells."""

from __future__ import annotations

from marketplace.edge.pacing.costs import EXPENSIVE, KINTONE, SEARCHES


def test_every_name_in_the_table_is_an_address_of_the_service(app):
    assert set(app.view_functions) >= EXPENSIVE | SEARCHES
    assert KINTONE in app.blueprints
    assert not EXPENSIVE & SEARCHES
