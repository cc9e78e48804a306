"""Refusals about the users, groups and organisations of a workspace."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, InvalidError, NotFoundError
from marketplace.kernel.text import Text


class SiteUserNotFoundError(NotFoundError):
    """The workspace has no user of that code."""

    code = "site-user-not-found"
    title = Text("このユーザーは見つかりません。", "There is no such user.")
    remedy = Text("ユーザーの一覧を確かめてください。", "Check the list of users.")


class PrincipalNotFoundError(NotFoundError):
    """The workspace has no group or organisation of that code."""

    code = "principal-not-found"
    title = Text("このグループまたは組織は見つかりません。", "There is no such group or organization.")
    remedy = Text("グループと組織の一覧を確かめてください。", "Check the lists of groups and organizations.")


class PeopleCodeTakenError(ConflictError):
    """Codes are unique among users, among groups and among organisations, and are never given anew."""

    code = "people-code-taken"
    title = Text("コード「{code}」は、すでに使われています。", "The code “{code}” is already used.")
    remedy = Text("ほかのコードを指定してください。", "Choose another code.")


class BuiltInUserError(ConflictError):
    """Administrator is the service itself; every workspace has it as it is."""

    code = "built-in-user"
    title = Text("Administrator は変更できません。", "Administrator can't be changed.")
    remedy = Text(
        "パスワードの再設定は、ワークスペースのページでできます。", "Its password can be reset on the workspace's page."
    )


class BuiltInGroupError(ConflictError):
    """The group everyone holds all users by itself."""

    code = "built-in-group"
    title = Text("グループ everyone は変更できません。", "The group everyone can't be changed.")
    remedy = Text("everyone には、すべてのユーザーが自動で入ります。", "It holds every user by itself.")


class OrganizationLoopError(InvalidError):
    """An organisation can't stand below itself."""

    code = "organization-loop"
    title = Text("上位の組織に、自分自身や下位の組織は選べません。", "An organization can't be placed below itself.")
    remedy = Text("ほかの組織を選ぶか、上位なしにしてください。", "Choose another one, or none.")


class PrimaryOrganizationError(InvalidError):
    """The primary organisation is one of the user's own."""

    code = "primary-organization-foreign"
    title = Text(
        "優先する組織は、所属している組織から選びます。", "The primary organization must be one the user belongs to."
    )
    remedy = Text("先に、その組織に所属させてください。", "Add the user to that organization first.")
