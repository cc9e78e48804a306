"""What a municipality should know before it installs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.kernel.text import Text


def list_warnings(
    bundle: Bundle,
    *,
    unmapped: Sequence[Text],
    scripts: Sequence[str],
    plugins: Sequence[str],
    is_again: bool,
) -> Iterator[Text]:
    """Return the warnings of a plan, the gravest first."""
    personal = bundle.manifest.personal_data
    if personal is not None and personal.handles:
        kinds_ja, kinds_en = "、".join(personal.kinds), ", ".join(personal.kinds)
        yield Text(
            f"個人情報を扱うテンプレートです（{kinds_ja}）。個人情報保護の手続きと、アクセス権を確かめてください。",
            f"This template handles personal data ({kinds_en}). Check your procedures and the permissions.",
        )
    if scripts:
        yield Text(
            f"JavaScriptまたはCSSが{len(scripts)}件組み込まれます。内容を確かめてから導入してください。",
            f"{len(scripts)} JavaScript or CSS files will be added. Review them before installing.",
        )
    if plugins:
        yield Text(
            f"プラグインが必要です：{'、'.join(plugins)}。ワークスペースに読み込まれていないものは追加されません。",
            f"Plug-ins are needed: {', '.join(plugins)}. Those the workspace does not have are left out.",
        )
    for label in unmapped:
        yield Text(
            f"差し込み項目「{label.ja}」が未設定です。設定されている箇所から外して導入します。",
            f"The placeholder “{label.en}” has no code; it is left out wherever it stands.",
        )
    yield from (_rights_warning(app) for app in bundle.apps if _shuts_out_creator(app))
    if is_again:
        yield Text(
            "このテンプレートは、このワークスペースに導入済みです。続けると、もう一組のアプリが作られます。",
            "This template is already installed in this workspace. Going on makes a second set of apps.",
        )


def _shuts_out_creator(app: AppDefinition) -> bool:
    rights = (app.part(PartName.PERMISSIONS) or {}).get("app", {}).get("rights") or []
    return bool(rights) and not any(
        right["entity"]["type"] == "CREATOR" and right.get("appEditable") for right in rights
    )


def _rights_warning(app: AppDefinition) -> Text:
    return Text(
        f"「{app.name}」のアクセス権では、作成者（導入を行うアカウント）がアプリを管理できません。",
        f"The permissions of “{app.name}” do not let its creator, the installing account, manage it.",
    )
