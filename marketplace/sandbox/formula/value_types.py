"""What kind of value each part of a formula yields, checked before an app goes live."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import Enum, auto

from marketplace.kernel.text import Text
from marketplace.sandbox.form import Field, FieldType
from marketplace.sandbox.formula.errors import (
    ARRAY_MISUSE,
    FormulaReasonError,
    forbidden_type,
    function_mismatch,
    operator_mismatch,
    too_few,
    too_many,
    unknown_function,
)
from marketplace.sandbox.formula.tree import Chain, Comparing, Constant, Function, Node, Powers, Reference, Sign


class ValueType(Enum):
    """The kinds of value a formula knows."""

    NUMBER = auto()
    TEXT = auto()
    BOOLEAN = auto()
    ANY = auto()
    """Known only when the formula runs: the branches of an IF differ."""
    NUMBERS = auto()
    TEXTS = auto()
    NESTED = auto()
    """Choices of every row of a table, which no function takes."""


ARRAYS = frozenset({ValueType.NUMBERS, ValueType.TEXTS, ValueType.NESTED})
NUMBER_TYPES = frozenset(
    {
        FieldType.NUMBER,
        FieldType.CALC,
        FieldType.DATE,
        FieldType.TIME,
        FieldType.DATETIME,
        FieldType.CREATED_TIME,
        FieldType.UPDATED_TIME,
    }
)
TEXT_TYPES = frozenset(
    {
        FieldType.SINGLE_LINE_TEXT,
        FieldType.DROP_DOWN,
        FieldType.RADIO_BUTTON,
        FieldType.CREATOR,
        FieldType.MODIFIER,
    }
)
ARRAY_TYPES = frozenset({FieldType.CHECK_BOX, FieldType.MULTI_SELECT})
ARGUMENT_COUNTS: dict[str, tuple[int, int | None]] = {
    "SUM": (1, None),
    "IF": (3, 3),
    "AND": (1, 32),
    "OR": (1, 32),
    "NOT": (1, 1),
    "ROUND": (1, 2),
    "ROUNDUP": (1, 2),
    "ROUNDDOWN": (1, 2),
    "YEN": (2, 2),
    "DATE_FORMAT": (3, 3),
    "CONTAINS": (2, 2),
}
FORBIDDEN_NAMES = {
    FieldType.MULTI_LINE_TEXT: Text("文字列（複数行）", "Text area"),
    FieldType.RICH_TEXT: Text("リッチエディター", "Rich text"),
    FieldType.FILE: Text("添付ファイル", "Attachment"),
    FieldType.LINK: Text("リンク", "Link"),
    FieldType.USER_SELECT: Text("ユーザー選択", "User selection"),
    FieldType.ORGANIZATION_SELECT: Text("組織選択", "Department selection"),
    FieldType.GROUP_SELECT: Text("グループ選択", "Group selection"),
    FieldType.REFERENCE_TABLE: Text("関連レコード一覧", "Related records"),
    FieldType.GROUP: Text("グループ", "Field group"),
    FieldType.SUBTABLE: Text("テーブル", "Table"),
    FieldType.RECORD_NUMBER: Text("レコード番号", "Record number"),
    FieldType.STATUS: Text("ステータス", "Status"),
    FieldType.STATUS_ASSIGNEE: Text("作業者", "Assignee"),
    FieldType.CATEGORY: Text("カテゴリー", "Categories"),
}


def type_of_field(field: Field, table: str | None) -> ValueType:
    """Return what a field yields to a formula that stands in a table (None: at the top). Raises FormulaReasonError."""
    from_outside = field.table is not None and field.table != table
    if field.type in NUMBER_TYPES:
        return ValueType.NUMBERS if from_outside else ValueType.NUMBER
    if field.type in TEXT_TYPES:
        return ValueType.TEXTS if from_outside else ValueType.TEXT
    if field.type in ARRAY_TYPES:
        return ValueType.NESTED if from_outside else ValueType.TEXTS
    raise FormulaReasonError(forbidden_type(FORBIDDEN_NAMES[field.type]))


class TypeChecker:
    """Infers the type of each node; `resolve` tells the type of a field."""

    def __init__(self, resolve: Callable[[Reference], ValueType]) -> None:
        """Keep how fields are resolved."""
        self.resolve = resolve

    def check(self, node: Node) -> ValueType:
        """Return the type of a node. Raises FormulaReasonError."""
        if isinstance(node, Constant):
            return _type_of_constant(node.value)
        if isinstance(node, Reference):
            return self.resolve(node)
        if isinstance(node, Sign):
            return self._numbers("-" if node.negative else "+", (node.operand,))
        if isinstance(node, Powers):
            return self._numbers("^", node.operands)
        if isinstance(node, Chain):
            return self._chain(node)
        return self._comparing(node) if isinstance(node, Comparing) else self._function(node)

    def _single(self, node: Node) -> ValueType:
        """Return the type of a node that must not be an array."""
        found = self.check(node)
        if found in ARRAYS:
            raise FormulaReasonError(ARRAY_MISUSE, node.position)
        return found

    def _numbers(self, operator: str, operands: tuple[Node, ...]) -> ValueType:
        for operand in operands:
            if self._single(operand) not in {ValueType.NUMBER, ValueType.ANY}:
                raise FormulaReasonError(operator_mismatch(operator), operand.position)
        return ValueType.NUMBER

    def _chain(self, node: Chain) -> ValueType:
        if node.rest[0][0] != "&":
            self._numbers(node.rest[0][0], (node.first,))
            for operator, operand in node.rest:
                self._numbers(operator, (operand,))
            return ValueType.NUMBER
        for operand in (node.first, *(each for _, each in node.rest)):
            if self._single(operand) is ValueType.BOOLEAN:
                raise FormulaReasonError(operator_mismatch("&"), operand.position)
        return ValueType.TEXT

    def _comparing(self, node: Comparing) -> ValueType:
        types = {self._single(node.left), self._single(node.right)}
        if node.operator not in {"=", "!="} and not types <= {ValueType.NUMBER, ValueType.ANY}:
            raise FormulaReasonError(operator_mismatch(node.operator), node.position)
        return ValueType.BOOLEAN

    def _function(self, node: Function) -> ValueType:
        if node.name not in ARGUMENT_COUNTS:
            raise FormulaReasonError(unknown_function(node.name), node.position)
        least, most = ARGUMENT_COUNTS[node.name]
        if len(node.arguments) < least:
            raise FormulaReasonError(too_few(node.name, least, most), node.position)
        if most is not None and len(node.arguments) > most:
            raise FormulaReasonError(too_many(node.name, most), node.position)
        if node.name == "IF":
            return self._if(node)
        if node.name in {"SUM", "CONTAINS"}:
            return self._over_arrays(node)
        return self._over_singles(node)

    def _if(self, node: Function) -> ValueType:
        if self._single(node.arguments[0]) not in {ValueType.BOOLEAN, ValueType.ANY}:
            raise FormulaReasonError(function_mismatch("IF"), node.arguments[0].position)
        branches = {self._single(branch) for branch in node.arguments[1:]}
        return branches.pop() if len(branches) == 1 else ValueType.ANY

    def _over_arrays(self, node: Function) -> ValueType:
        types = [self.check(argument) for argument in node.arguments]
        if node.name == "SUM":
            accepted = all(each in {ValueType.NUMBER, ValueType.NUMBERS, ValueType.ANY} for each in types)
        else:
            accepted = types[0] not in {ValueType.NUMBERS, ValueType.NESTED} and types[1] in {
                ValueType.TEXT,
                ValueType.ANY,
            }
        if not accepted:
            raise FormulaReasonError(function_mismatch(node.name), node.position)
        return ValueType.NUMBER if node.name == "SUM" else ValueType.BOOLEAN

    def _over_singles(self, node: Function) -> ValueType:
        number, text, boolean = ValueType.NUMBER, ValueType.TEXT, ValueType.BOOLEAN
        expected: tuple[ValueType, ...] = (number, number)
        result = number
        if node.name in {"AND", "OR", "NOT"}:
            expected, result = (boolean,) * len(node.arguments), boolean
        elif node.name == "DATE_FORMAT":
            expected, result = (number, text, text), text
        elif node.name == "YEN":
            result = text
        for argument, wanted in zip(node.arguments, expected, strict=False):
            if self._single(argument) not in {wanted, ValueType.ANY}:
                raise FormulaReasonError(function_mismatch(node.name), argument.position)
        return result


def _type_of_constant(value: Decimal | str | bool) -> ValueType:  # noqa: FBT001 - one of the values of a formula
    if isinstance(value, bool):
        return ValueType.BOOLEAN
    return ValueType.TEXT if isinstance(value, str) else ValueType.NUMBER
