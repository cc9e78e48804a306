"""The query language of record lists: a grammar, its tree, and the tree as a statement over records and cells.

Words: a *condition* is a tree of comparisons; a *predicate* is one comparison as the search index answers it.
"""

from __future__ import annotations

from marketplace.sandbox.query.compiling import compile_condition, compile_query
from marketplace.sandbox.query.naming import named_principals
from marketplace.sandbox.query.parsing import parse_order, parse_query
from marketplace.sandbox.query.predicates import Reach
from marketplace.sandbox.query.tree import Query

__all__ = ["Query", "Reach", "compile_condition", "compile_query", "named_principals", "parse_order", "parse_query"]
