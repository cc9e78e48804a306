"""Says in words where in an app something stands."""

from __future__ import annotations

from marketplace.bundle.localising.applying import Mention
from marketplace.bundle.model import Bundle
from marketplace.bundle.part_names import NAMED, PARTS
from marketplace.kernel.text import Text


def describe_place(bundle: Bundle, mention: Mention) -> Text:
    """Return where something stands: the app, the part of its settings, and the name of the thing if it has one."""
    app, part = bundle.app(mention.app_key).name, PARTS[mention.part]
    steps = [step.replace("~1", "/").replace("~0", "~") for step in mention.pointer.split("/")]
    if mention.part in NAMED and len(steps) > 2:  # noqa: PLR2004 - empty, the kind of thing, its name
        return Text(f"「{app}」の{part.ja}「{steps[2]}」", f"{part.en} “{steps[2]}” of “{app}”")
    return Text(f"「{app}」の{part.ja}", f"{part.en} of “{app}”")
