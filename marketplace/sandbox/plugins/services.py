"""Installing, updating and removing the plug-ins of a site."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel.ports import BlobStore
from marketplace.kernel.text import Text
from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.files import attach_files, forget_file, read_upload
from marketplace.sandbox.models import Site
from marketplace.sandbox.plugins.errors import PluginInstalledError, PluginNotFoundError
from marketplace.sandbox.plugins.models import Plugin
from marketplace.sandbox.plugins.package import PACKAGE_BYTES, PluginPackage, read_package

TOO_LARGE = Text(
    f"プラグインのファイルは{PACKAGE_BYTES // 1024 // 1024}MBまでです。",
    f"A plug-in file may have at most {PACKAGE_BYTES // 1024 // 1024} MB.",
)
OTHER_PLUGIN = Text(
    "別のプラグインのファイルです。更新するには、同じ秘密鍵で作成したファイルを指定してください。",
    "The file is of another plug-in. To update, specify a file made with the same private key.",
)


def install_plugin(session: Session, blobs: BlobStore, caller: Caller, file_key: str, now: datetime) -> Plugin:
    """Install the plug-in of an uploaded package.

    Raises StoredFileNotFoundError, PluginPackageError or PluginInstalledError.
    """
    policy.require_site_admin(caller)
    package = _read_upload(session, blobs, caller, file_key)
    session.get_one(Site, caller.site_id, with_for_update=True)  # two installs of one plug-in take turns
    if find_plugin(session, caller.site_id, package.id) is not None:
        raise PluginInstalledError(id=package.id)
    plugin = Plugin(
        site_id=caller.site_id,
        id=package.id,
        version=package.manifest.version,
        names=package.manifest.names,
        descriptions=package.manifest.descriptions,
        file_key=attach_files(session, caller.site_id, [file_key], now)[file_key],
        installed_at=now,
        updated_at=now,
    )
    session.add(plugin)
    session.flush()  # the next call may add it to an app
    return plugin


def update_plugin(
    session: Session, blobs: BlobStore, caller: Caller, plugin_id: str, file_key: str, now: datetime
) -> Plugin:
    """Replace an installed plug-in by another package of the same key.

    Raises PluginNotFoundError, StoredFileNotFoundError, PluginPackageError or InvalidInputError.
    """
    policy.require_site_admin(caller)
    plugin = _get_plugin(session, caller, plugin_id)
    package = _read_upload(session, blobs, caller, file_key)
    if package.id != plugin.id:
        raise InvalidInputError({"fileKey": [OTHER_PLUGIN]})
    plugin.version = package.manifest.version
    plugin.names = package.manifest.names
    plugin.descriptions = package.manifest.descriptions
    plugin.updated_at = now
    former = plugin.file_key
    plugin.file_key = attach_files(session, caller.site_id, [file_key], now)[file_key]
    session.flush()  # the former package may go only when nothing refers to it
    forget_file(session, former)
    return plugin


def uninstall_plugin(session: Session, caller: Caller, plugin_id: str) -> None:
    """Remove a plug-in from the site; the apps that use it keep naming it. Raises PluginNotFoundError."""
    policy.require_site_admin(caller)
    plugin = _get_plugin(session, caller, plugin_id)
    session.delete(plugin)
    session.flush()  # the package may go only when nothing refers to it
    forget_file(session, plugin.file_key)


def find_plugin(session: Session, site_id: str, plugin_id: str) -> Plugin | None:
    """Return an installed plug-in, or None."""
    return session.get(Plugin, (site_id, plugin_id))


def _get_plugin(session: Session, caller: Caller, plugin_id: str) -> Plugin:
    plugin = find_plugin(session, caller.site_id, plugin_id)
    if plugin is None:
        raise PluginNotFoundError(id=plugin_id)
    return plugin


def _read_upload(session: Session, blobs: BlobStore, caller: Caller, file_key: str) -> PluginPackage:
    data = read_upload(session, blobs, caller.site_id, file_key, most=PACKAGE_BYTES)
    if data is None:
        raise InvalidInputError({"fileKey": [TOO_LARGE]})
    return read_package(data)
