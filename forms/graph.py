"""What must be evaluated again when something changes, and in which order.

A *task* is a property that the form computes: an element's relevance, its calculated value, or how many
rows its repeat has. Task B comes after task A when B reads what A decides: the value at a path, whether the
path or anything above it is relevant, or how many rows there are on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forms.errors import FormError

if TYPE_CHECKING:
    from forms.definition import ElementDef, Expr

RELEVANT, COUNT, CALCULATE = "relevant", "count", "calculate"


@dataclass(slots=True, eq=False)
class Task:
    """``number`` is its place in the order of evaluation."""

    kind: str
    element: ElementDef
    expr: Expr
    number: int = -1


@dataclass(slots=True)
class Graph:
    """``readers``: path → tasks that read it, with the anchor depth; ``of``: path → tasks of that element."""

    tasks: list[Task]
    readers: dict[str, list[tuple[Task, int]]] = field(default_factory=dict)
    of: dict[str, list[Task]] = field(default_factory=dict)


def build_graph(elements: dict[str, ElementDef]) -> Graph:
    """The graph of a form. Raises FormError form_cycle naming a question on the cycle."""
    tasks = [task for element in elements.values() for task in _tasks(element)]
    graph = Graph(tasks)
    for task in tasks:
        graph.of.setdefault(task.element.path, []).append(task)
        for ref in task.expr.refs:
            graph.readers.setdefault(ref.path, []).append((task, ref.anchor))
    before = {id(task): _before(task, graph, elements) for task in tasks}
    graph.tasks = _sorted(tasks, before)
    for number, task in enumerate(graph.tasks):
        task.number = number
    return graph


def _tasks(element: ElementDef) -> list[Task]:
    found = []
    if element.bind.relevant is not None:
        found.append(Task(RELEVANT, element, element.bind.relevant))
    if element.repeat is not None and element.repeat.count is not None:
        found.append(Task(COUNT, element, element.repeat.count))
    if element.bind.calculate is not None:
        found.append(Task(CALCULATE, element, element.bind.calculate))
    return found


def _before(task: Task, graph: Graph, elements: dict[str, ElementDef]) -> list[Task]:
    """The tasks that decide what this one reads."""
    found: dict[int, Task] = {}
    for ref in task.expr.refs:
        target = elements[ref.path]
        for other in graph.of.get(ref.path, ()):
            found[id(other)] = other
        for above in _ancestors(target):
            for other in graph.of.get(above.path, ()):
                if other.kind != CALCULATE:
                    found[id(other)] = other
    # Rows are made before anything in them is computed.
    for above in _ancestors(task.element):
        for other in graph.of.get(above.path, ()):
            if other.kind == COUNT:
                found[id(other)] = other
    return list(found.values())


def _ancestors(element: ElementDef) -> list[ElementDef]:
    found = []
    above = element.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def _sorted(tasks: list[Task], before: dict[int, list[Task]]) -> list[Task]:
    """Depth first without recursion; the order of the form breaks ties, so it is always the same."""
    order: list[Task] = []
    state: dict[int, int] = {}
    for start in tasks:
        stack: list[tuple[Task, int]] = [(start, 0)]
        while stack:
            task, done = stack.pop()
            if done == 0 and state.get(id(task)) == 2:
                continue
            state[id(task)] = 1
            needs = before[id(task)]
            if done == len(needs):
                state[id(task)] = 2
                order.append(task)
                continue
            stack.append((task, done + 1))
            need = needs[done]
            if state.get(id(need)) == 1:
                raise _cycle(need, [entry[0] for entry in stack])
            if state.get(id(need)) != 2:
                stack.append((need, 0))
    return order


def _cycle(start: Task, stack: list[Task]) -> FormError:
    places = [index for index, task in enumerate(stack) if task is start]
    names = [task.element.name for task in stack[places[0] :]]
    return FormError("form_cycle", start.element.path, " → ".join([*names, start.element.name]))
