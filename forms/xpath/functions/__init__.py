"""The functions, by group. ``EAGER`` take the environment and values; ``LAZY`` build a closure."""

from __future__ import annotations

from forms.xpath.functions.dates import DATES
from forms.xpath.functions.geo import GEO
from forms.xpath.functions.kinds import Eager, Lazy
from forms.xpath.functions.lazy import LAZY_FUNCTIONS
from forms.xpath.functions.logic import LOGIC
from forms.xpath.functions.nodes import NODES
from forms.xpath.functions.numbers import NUMBERS
from forms.xpath.functions.repeats import REPEATS
from forms.xpath.functions.selects import SELECTS
from forms.xpath.functions.strings import STRINGS

EAGER: dict[str, Eager] = {**STRINGS, **LOGIC, **NUMBERS, **NODES, **DATES, **SELECTS, **GEO}
LAZY: dict[str, Lazy] = {**LAZY_FUNCTIONS, **REPEATS}
