"""Functions that need the context, or that do not evaluate all their arguments."""

from __future__ import annotations

from collections.abc import Callable

from forms.xpath.ast import Call, String
from forms.xpath.context import Context, Fn
from forms.xpath.functions.kinds import Lazy
from forms.xpath.functions.shuffle import shuffled
from forms.xpath.values import Value, to_boolean, to_number, to_string

Place = tuple[str, ...]


def if_(call: Call, args: list[Fn], place: Place) -> Fn:
    condition, then, otherwise = args
    return lambda context: then(context) if to_boolean(condition(context)) else otherwise(context)


def once(call: Call, args: list[Fn], place: Place) -> Fn:
    """The question's own value when it has one."""
    return lambda context: context.current.value or args[0](context)


def position(call: Call, args: list[Fn], place: Place) -> Fn:
    """Without an argument the place in the predicate; with one, that row's place among its rows."""
    if not args:
        return lambda context: float(context.position)

    def run(context: Context) -> Value:
        nodes = args[0](context)
        return float(nodes[0].place()) if isinstance(nodes, list) and nodes else float("nan")

    return run


def current(call: Call, args: list[Fn], place: Place) -> Fn:
    return lambda context: [context.current]


def last(call: Call, args: list[Fn], place: Place) -> Fn:
    return lambda context: float(context.size)


def _key(call: Call, context: Context) -> str:
    return f"{context.current.path()}@{call.at}"


def random(call: Call, args: list[Fn], place: Place) -> Fn:
    return lambda context: context.env.random(_key(call, context))


def uuid(call: Call, args: list[Fn], place: Place) -> Fn:
    """Version 4; with a number, that many hexadecimal characters."""

    def run(context: Context) -> Value:
        made = context.env.uuid(_key(call, context))
        if not args:
            return made
        number = to_number(args[0](context), context.env.zone)
        wanted = int(number) if 0 < number < 1000 else 0
        text = made.replace("-", "")
        more = 0
        while len(text) < wanted:
            more += 1
            text += context.env.uuid(f"{_key(call, context)}+{more}").replace("-", "")
        return text[:wanted]

    return run


def randomize(call: Call, args: list[Fn], place: Place) -> Fn:
    def run(context: Context) -> Value:
        nodes = args[0](context)
        if len(args) == 2:
            seed = to_number(args[1](context), context.env.zone)
        else:
            seed = float(int(context.env.random(_key(call, context)) * 2**31))
        return shuffled(nodes if isinstance(nodes, list) else [], seed)

    return run


def choice_name(call: Call, args: list[Fn], place: Place) -> Fn:
    question = call.args[1]
    assert isinstance(question, String)
    path = question.value.strip()
    return lambda context: context.env.texts.choice_name(context, to_string(args[0](context)), path)


def of_focus(convert: Callable[[Context, Value], Value]) -> Lazy:
    """A function that takes the context node when it is given nothing."""

    def make(call: Call, args: list[Fn], place: Place) -> Fn:
        if not args:
            return lambda context: convert(context, [context.node])
        return lambda context: convert(context, args[0](context))

    return make


LAZY_FUNCTIONS: dict[str, Lazy] = {
    "if": if_,
    "once": once,
    "position": position,
    "current": current,
    "last": last,
    "random": random,
    "uuid": uuid,
    "randomize": randomize,
    "jr:choice-name": choice_name,
    "string": of_focus(lambda context, value: to_string(value)),
    "number": of_focus(lambda context, value: to_number(value, context.env.zone)),
    "normalize-space": of_focus(lambda context, value: " ".join(to_string(value).split())),
}
