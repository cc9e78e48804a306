"""`yokoten mirror`: copies the index of a catalog into a folder, and checks such a folder."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import click

from marketplace.cli.asking import ca_bundle_option
from marketplace.cli.mirror_listing import list_mirror
from marketplace.cli.network import AddressError, UserNetwork, read_base
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.progress import Show, shown
from marketplace.cli.trusting import read_trust
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.clock import utc_now
from marketplace.kernel.errors import ConflictError, DomainError, NotFoundError
from marketplace.kernel.outbound import OutboundCall, OutboundError
from marketplace.kernel.text import Language, Text
from marketplace.mirror.checking import Checked, check_mirror
from marketplace.mirror.copying import Copied, Order, copy_index
from marketplace.mirror.errors import (
    IndexFileNotFoundError,
    IndexTooLargeError,
    IndexUnreachableError,
)
from marketplace.mirror.folder import MirrorFolder, State, Wish
from marketplace.mirror.names import is_template
from marketplace.mirror.sources import FolderSource, Source

SHOWN_EVERY = 50
"""Templates between one sign of progress and the next."""
SOURCE_UNKNOWN = Text("どこから写すかが分かりません。", "There is nothing to copy from.")
SOURCE_REMEDY = Text(
    "yokoten mirror https://…/index FOLDER のように、配布元とフォルダーを指定してください。",
    "Name source and folder, as in yokoten mirror https://…/index FOLDER.",
)
NOT_WRITABLE = Text("ミラーのフォルダーに書き込めません。", "The folder of the mirror can't be written.")
NOT_WRITABLE_REMEDY = Text("書き込みの権限と空き容量を確かめてください。", "Check your rights and the free space.")


class HttpSource:
    """An index that a web server serves."""

    def __init__(self, address: str, network: UserNetwork) -> None:
        """Keep where it is."""
        self._address, self._network = address, network

    def read(self, path: str, most: int) -> bytes:
        """Return a file. Raises IndexFileNotFoundError, IndexTooLargeError or IndexUnreachableError."""
        call = OutboundCall("GET", f"{self._address}/{path}", {"Accept-Encoding": "identity"}, answer_bytes=most)
        try:
            answer = self._network.send(call)
        except OutboundError as error:
            raise IndexUnreachableError(path=path, reason=error.problem.value) from error
        if answer.status == HTTPStatus.NOT_FOUND:
            raise IndexFileNotFoundError(path=path)
        if answer.status != HTTPStatus.OK:
            raise IndexUnreachableError(path=path, reason=f"HTTP {answer.status}")
        if answer.is_cut:
            raise IndexTooLargeError(path=path, most=most)
        return answer.content


@click.command()
@click.argument("places", metavar="[SOURCE] FOLDER", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="写さずに、フォルダーのすべてを確かめる / copy nothing, check the folder")
@click.option("--list", "lists", is_flag=True, help="ミラーにあるものを示す / show what the mirror holds")
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="FILE|FINGERPRINT",
    help="信頼する公開鍵のファイルか指紋 / public keys to believe, or a fingerprint",
)
@click.option("--template", "templates", multiple=True, metavar="NAME", help="写すテンプレート / template to copy")
@click.option("--category", "categories", multiple=True, metavar="ID", help="写す分野 / category to copy")
@click.option("--all", "wants_all", is_flag=True, help="すべてを写す（前の絞り込みをやめる） / copy all, not a part")
@click.option("--bundles/--no-bundles", default=None, help="バンドルも写すか / whether to copy bundles")
@click.option("--allow-expired", is_flag=True, help="期限の過ぎた索引も写す / copy an index that has expired")
@ca_bundle_option
@spoken
def mirror(  # noqa: PLR0913 - one parameter an option
    voice: Voice,
    *,
    places: tuple[str, ...],
    check: bool,
    lists: bool,
    keys: tuple[str, ...],
    templates: tuple[str, ...],
    categories: tuple[str, ...],
    wants_all: bool,
    bundles: bool | None,
    allow_expired: bool,
    ca_bundle: Path | None,
) -> Outcome:
    """カタログの索引をフォルダーに写す / copy the index of the catalog into a folder.

    変わったものだけを写します。二度目からは、フォルダーだけを指定できます。

    Only what changed is fetched. From the second time on, the folder is enough.
    """
    folder = MirrorFolder(Path(places[-1]))
    believes = read_trust(keys).covers if keys else None
    try:
        if lists:
            return list_mirror(voice, folder, believes)
        if check:
            return _tell_checked(voice, folder, check_mirror(folder, believes))
        kept = folder.state()
        wish = _wish(kept, _names(templates), categories, bundles, wants_all=wants_all)
        order = Order(_address(places, kept), wish, believes, allow_expired)
        copied = _copy(voice, _open(order.address, ca_bundle), folder, order, is_first=kept is None)
    except DomainError as error:
        raise refusal_of(error) from error
    except OSError as error:
        details = [str(error.strerror)]
        raise CommandError(
            Outcome.USAGE, NOT_WRITABLE, NOT_WRITABLE_REMEDY, code="mirror-unwritable", details=details
        ) from error
    return _tell_copied(voice, copied)


_FIRST_USE = Text(
    "鍵が指定されていないため、初めに見た鍵を信頼します。サービスの画面の指紋と見比べてください。",
    "No key was named: the first one seen is believed. Compare its fingerprint with the one the service shows.",
)


def _copy(voice: Voice, source: Source, folder: MirrorFolder, order: Order, *, is_first: bool) -> Copied:
    if is_first and order.believes is None:
        voice.warn(_FIRST_USE)
    with shown(voice) as show:
        return copy_index(source, folder, order, utc_now(), lambda done, total: _show(show, done, total))


def refusal_of(error: DomainError) -> CommandError:
    """Return a refusal of the index as the command tells it."""
    says, advises = (Text(*(tell(each) for each in Language)) for tell in (error.says, error.advises))
    match error:
        case ConflictError():
            outcome = Outcome.CONFLICT
        case NotFoundError():
            outcome = Outcome.UNREACHABLE
        case _:
            outcome = Outcome.REFUSED
    return CommandError(outcome, says, advises, code=error.code)


def _show(show: Show, done: int, total: int) -> None:
    if done % SHOWN_EVERY == 0 or done == total:
        show(done, total, "")


def _address(places: tuple[str, ...], kept: State | None) -> str:
    if len(places) == 2:  # noqa: PLR2004 - source and folder
        return places[0]
    if len(places) != 1 or kept is None:
        raise CommandError(Outcome.USAGE, SOURCE_UNKNOWN, SOURCE_REMEDY, code="source-unknown")
    return kept.source


def _open(address: str, ca_bundle: Path | None) -> Source:
    if "://" not in address:
        return FolderSource(Path(address))
    try:
        return HttpSource(read_base(address), UserNetwork(authorities=ca_bundle))
    except AddressError as error:
        raise CommandError(Outcome.USAGE, error.reason, SOURCE_REMEDY, code="source-unusable") from error


def _names(templates: tuple[str, ...]) -> tuple[str, ...]:
    for name in templates:
        if not is_template(name):
            title = Text(f"「{name}」はテンプレートの名前ではありません。", f"{name} is no name of a template.")
            remedy = Text("publisher/slug の形で指定してください。", "Give publisher/slug.")
            raise CommandError(Outcome.USAGE, title, remedy, code="template-name")
    return templates


def _wish(
    kept: State | None,
    templates: tuple[str, ...],
    categories: tuple[str, ...],
    bundles: bool | None,  # noqa: FBT001 - None: as before
    *,
    wants_all: bool,
) -> Wish:
    """Return what is wanted; what is not said stays as it was."""
    before = Wish() if kept is None else kept.wish
    with_bundles = before.bundles if bundles is None else bundles
    if wants_all or templates or categories:
        return Wish(templates, categories, with_bundles)
    return Wish(before.templates, before.categories, with_bundles)


def _tell_copied(voice: Voice, copied: Copied) -> Outcome:
    _tell_head(voice, copied.state)
    voice.say(
        Text(
            f"テンプレート{copied.templates}件、バンドル{copied.bundles}個。"
            f"新しく写したファイル{copied.fetched}個、消したファイル{copied.removed}個。",
            f"{copied.templates} templates, {copied.bundles} bundles; "
            f"{copied.fetched} files fetched, {copied.removed} removed.",
        )
    )
    voice.document(
        {
            **_head_document(copied.state),
            "templates": copied.templates,
            "bundles": copied.bundles,
            "fetched": copied.fetched,
            "removed": copied.removed,
        }
    )
    return Outcome.DONE


def _tell_checked(voice: Voice, folder: MirrorFolder, checked: Checked) -> Outcome:
    _tell_head(voice, checked.state)
    for path, error in checked.wrong:
        voice.warn(f"{path}: {error.says(voice.language)}")
    if checked.state.sealed.head.expires_at <= utc_now():
        voice.warn(
            Text(
                "期限が過ぎています。公開停止になった版が残っているかもしれません。",
                "It has expired: versions that were withdrawn since may be among it.",
            )
        )
    told = Text(
        f"テンプレート{len(checked.templates)}件、バンドル{checked.bundles}個を確かめました。"
        f"正しくないもの：{len(checked.wrong)}個",
        f"Checked {len(checked.templates)} templates and {checked.bundles} bundles; wrong: {len(checked.wrong)}",
    )
    voice.say(told)
    if checked.wrong:
        again = f"yokoten mirror {folder.folder}"
        voice.note(Text(f"写し直すには：{again}", f"To mend it: {again}"))
    voice.document(
        {
            **_head_document(checked.state),
            "templates": len(checked.templates),
            "bundles": checked.bundles,
            "wrong": [{"path": path, "code": error.code} for path, error in checked.wrong],
        }
    )
    return Outcome.FINDINGS if checked.wrong else Outcome.DONE


def _tell_head(voice: Voice, state: State) -> None:
    head, fingerprint = state.sealed.head, state.sealed.key.fingerprint
    voice.note(Text(f"署名の鍵の指紋：{fingerprint}", f"Fingerprint: {fingerprint}"))
    signed, until = head.signed_at.date(), head.expires_at.date()
    voice.say(
        Text(
            f"{head.service} の索引、番号{head.number}（署名 {signed}、期限 {until}）",
            f"Index of {head.service}, number {head.number} (signed {signed}, valid until {until})",
        )
    )


def _head_document(state: State) -> dict[str, object]:
    head = state.sealed.head
    return {
        "service": head.service,
        "history": head.history,
        "number": head.number,
        "signed_at": head.signed_at.isoformat(),
        "expires_at": head.expires_at.isoformat(),
        "fingerprint": state.sealed.key.fingerprint,
    }
