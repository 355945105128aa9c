"""Which tables flow into which figures of a notebook, read from its code without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

DRAWN = ("show", "predict", "explore")


def figures(cells: Iterable[str], known: set[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each figure of a notebook with the tables that flow into it.

    A name stands for all tables that were used to make it, also through other names; a figure
    for all tables that its cell uses.
    """
    flows: dict[str, frozenset[str]] = {}

    def tables_in(part: ast.AST) -> frozenset[str]:
        found = {str(arg.value) for arg in ast.walk(part) if isinstance(arg, ast.Constant)} & known
        names = _names(part, ast.Load) - _local(part)
        return frozenset(found).union(*(flows.get(name, frozenset()) for name in names))

    for cell in cells:
        drawn: frozenset[str] = frozenset()
        for statement in ast.parse(cell).body:
            used = tables_in(statement)
            drawn |= used
            flows.update(dict.fromkeys(_stored(statement), used))
            for call in ast.walk(statement):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") in DRAWN:
                    for word in call.keywords:
                        if word.arg == "name" and isinstance(word.value, ast.Constant):
                            yield str(word.value.value), drawn


def _names(part: ast.AST, use: type[ast.expr_context]) -> set[str]:
    names = (node for node in ast.walk(part) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, use)}


def _stored(statement: ast.stmt) -> set[str]:
    """Return the names to which a statement gives a new meaning (`x += 1` keeps the old one)."""
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    return set() if isinstance(statement, ast.AugAssign) else _names(statement, ast.Store)


def _local(part: ast.AST) -> set[str]:
    """Return the names that mean something only inside: loop variables, arguments, locals."""
    local = set()
    for node in ast.walk(part):
        if isinstance(node, ast.FunctionDef | ast.For | ast.comprehension):
            local |= _names(node, ast.Store)
        elif isinstance(node, ast.arg):
            local.add(node.arg)
    return local
