"""What a template asks of a workspace beside kintone itself: plug-ins and scripts."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.bundle.model import AppDefinition, Bundle, PartName


@dataclass(frozen=True, slots=True)
class Requirements:
    """The plug-ins by their names, and whether scripts are added."""

    plugins: tuple[str, ...]
    has_script: bool

    @property
    def adds_nothing(self) -> bool:
        """Tell whether it works on a closed network such as LGWAN, where nothing can be fetched from outside."""
        return not (self.plugins or self.has_script)


def requirements_of(bundle: Bundle) -> Requirements:
    """Return what the apps of a bundle ask for, each plug-in once."""
    names = dict.fromkeys(name for app in bundle.apps for name in _plugins(app))
    return Requirements(tuple(names), any(_has_script(app) for app in bundle.apps))


def _plugins(app: AppDefinition) -> list[str]:
    entries = (app.part(PartName.PLUGINS) or {}).get("plugins") or []
    return [str(entry.get("name") or entry.get("id")) for entry in entries]


def _has_script(app: AppDefinition) -> bool:
    customize = app.part(PartName.CUSTOMIZE) or {}
    return any((customize.get(device) or {}).get("js") for device in ("desktop", "mobile"))
