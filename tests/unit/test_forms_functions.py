"""Every function and operator gives what the ODK XForms specification says (S11, S18, S40)."""

from __future__ import annotations

import pytest

from forms import XPathError
from forms.xpath.arity import ARITY
from forms.xpath.parse import parse
from tests.unit.forms_cases import CASES
from tests.unit.forms_kit import evaluate


@pytest.mark.parametrize(
    ("section", "expression", "answers", "stored"), CASES, ids=[f"{case[0]} {case[1]}" for case in CASES]
)
def test_a_calculation_stores_what_the_specification_says(
    section: str, expression: str, answers: dict[str, str], stored: str
) -> None:
    """Each case names the section of getodk.github.io/xforms-spec it is taken from."""
    assert evaluate(expression, **answers) == stored, section


def test_every_function_has_a_case() -> None:
    """A function nobody tried is not called supported."""
    tried = {case[0].removeprefix("fn:") for case in CASES}
    assert not ARITY.keys() - tried


@pytest.mark.parametrize(
    ("kind", "expression", "stored"),
    [
        ("int", "7 div 2", "3"),
        ("int", "0 div 0", ""),
        ("decimal", "7 div 2", "3.5"),
        ("date", "today() + 1", "2026-01-21"),
        ("date", "now()", "2026-01-20"),
        ("dateTime", "0", "1970-01-01T08:00:00.000+08:00"),
        ("string", "1 = 1", "true"),
        ("string", "100000000000000000000 * 10", "1000000000000000000000"),
        ("string", "1 div 3", "0.3333333333333333"),
    ],
)
def test_a_result_is_written_as_the_type_of_the_question(kind: str, expression: str, stored: str) -> None:
    """#data-types: a whole number has no decimals, a date that was computed with is a date again."""
    assert evaluate(expression, kind) == stored


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("", "xpath_unreadable"),
        ("1 +", "xpath_unreadable"),
        ("(1", "xpath_unreadable"),
        ("a b", "xpath_unreadable"),
        ("a[1", "xpath_unreadable"),
        ("$x", "xpath_unreadable"),
        ("a = 'x", "xpath_unreadable"),
        ("1 2", "xpath_unreadable"),
        ("a/@b", "xpath_unsupported"),
        ("a/text()", "xpath_unsupported"),
        ("ancestor::a", "xpath_unsupported"),
        ("following-sibling::a", "xpath_unsupported"),
        ("property('x')", "xpath_unknown_function"),
        ("if(1, 2)", "xpath_wrong_arguments"),
        ("today(1)", "xpath_wrong_arguments"),
        ("weighted-checklist(1, 2, 3, 4, 5)", "xpath_wrong_arguments"),
        ("indexed-repeat(a, b, 1, c)", "xpath_wrong_arguments"),
        ("count('x')", "xpath_needs_nodes"),
        ("'a'/b", "xpath_needs_nodes"),
        ("1 | a", "xpath_needs_nodes"),
        ("instance(/data/a)", "xpath_needs_literal"),
        ("regex(., /data/a)", "xpath_needs_literal"),
        ("a[b[c[d]]]", "xpath_too_deep"),
        ("a[count(//b) > 1]", "xpath_unsupported"),
        ("regex(., '(')", "xpath_bad_pattern"),
        ("regex(., '(a+)+$')", "xpath_bad_pattern"),
        ("regex(., '(a|b*)*c')", "xpath_bad_pattern"),
        ("(" * 5000 + "1" + ")" * 5000, "xpath_too_deep"),
        ("1" + "+1" * 20000, "xpath_too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code(expression: str, code: str) -> None:
    """An expression we do not support is never half understood."""
    with pytest.raises(XPathError) as refusal:
        parse(expression)
    assert refusal.value.code == code


def test_a_long_sum_is_not_deep() -> None:
    """A scoring sheet that adds up a thousand answers is legitimate."""
    assert evaluate("+".join(["1"] * 1000)) == "1000"
