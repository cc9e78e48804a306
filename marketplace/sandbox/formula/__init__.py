"""The formula language of CALC fields and computed texts: a grammar, its types, its values.

Words: a *reference* is a field code in a formula; a *scope* is what references mean for one record or table row.
"""

from __future__ import annotations

from marketplace.sandbox.formula.checking import check_form, check_formula, order_formulas
from marketplace.sandbox.formula.errors import FormulaError, FormulaReasonError
from marketplace.sandbox.formula.evaluating import EvaluationError, Scope, Value, evaluate
from marketplace.sandbox.formula.parsing import parse_formula
from marketplace.sandbox.formula.tree import Expression

__all__ = [
    "EvaluationError",
    "Expression",
    "FormulaError",
    "FormulaReasonError",
    "Scope",
    "Value",
    "check_form",
    "check_formula",
    "evaluate",
    "order_formulas",
    "parse_formula",
]
