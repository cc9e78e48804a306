"""Whatever apps look up in each other, no round names a field that is not in use by then."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.kintone.rounds import sort_into_rounds

LARGEST = 5
# Each app may look up the key or the lookup of any app before it, as many hops deep as there are apps.
targets = st.lists(
    st.tuples(st.integers(0, LARGEST - 1), st.sampled_from(["番号", "参照"])), min_size=1, max_size=LARGEST
)


def make_bundle(chosen):
    """Make a bundle of bare apps; only their fields matter here."""
    apps = []
    for index, (wanted, field) in enumerate(chosen):
        properties = {"番号": {"type": "SINGLE_LINE_TEXT", "code": "番号"}}
        if index:
            lookup = {"relatedApp": {"app": f"app-{wanted % index}"}, "relatedKeyField": "番号"}
            mapping = {"field": "写し", "relatedField": field if wanted % index else "番号"}
            properties["写し"] = {"type": "SINGLE_LINE_TEXT", "code": "写し"}
            properties["参照"] = {
                "type": "SINGLE_LINE_TEXT",
                "code": "参照",
                "lookup": {**lookup, "fieldMappings": [mapping]},
            }
        apps.append(AppDefinition(f"app-{index}", {PartName.FIELDS: {"properties": properties}}))
    return Bundle(manifest=None, apps=tuple(apps))


@given(targets)
@settings(max_examples=60, deadline=None)
def test_a_lookup_comes_after_the_round_of_everything_it_reads(chosen):
    bundle = make_bundle(chosen)
    rounds = sort_into_rounds(bundle)
    for app in bundle.apps:
        for code, field in app.fields.items():
            if "lookup" in field:
                other = field["lookup"]["relatedApp"]["app"]
                read = ["番号", *(mapping["relatedField"] for mapping in field["lookup"]["fieldMappings"])]
                assert all(rounds.of_field[other, one] < rounds.of_field[app.key, code] for one in read)


@given(targets)
@settings(max_examples=60, deadline=None)
def test_there_are_never_more_rounds_than_apps(chosen):
    assert sort_into_rounds(make_bundle(chosen)).last < len(chosen)
