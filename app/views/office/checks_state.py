"""What the rules said, in a cadre's words: failures first, then what could not be decided, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.lang import has_text, t
from app.views.office.marks import Mark, flag
from sync.protocol.messages import Check


@dataclass(frozen=True, slots=True)
class CheckLook:
    """One rule: its sign's word (``outcome``), what it wants (``title``), what is wrong in a few words
    (``short``) and in a sentence; ``short`` and ``text`` are empty when it simply holds."""

    code: str
    mark: Mark
    outcome: str
    title: str
    short: str
    text: str


@dataclass(frozen=True, slots=True)
class ChecksLook:
    """``open`` needs a look; ``passed`` is folded away; ``title`` says how many of each."""

    open: tuple[CheckLook, ...]
    passed: tuple[CheckLook, ...]
    title: str
    passed_title: str


_RANK = {Mark.BAD: 0, Mark.LOOK: 1, Mark.PLAIN: 2, Mark.GOOD: 3}


def checks_of(checks: Sequence[Check]) -> ChecksLook:
    """Rules that do not apply or are switched off say nothing; one that holds for each line says it once."""
    told = [_look(one) for one in checks if one.outcome != "not_applicable" and one.severity != "off"]
    opened = sorted(
        dict.fromkeys(look for look in told if look.mark is not Mark.GOOD), key=lambda look: _RANK[look.mark]
    )
    failing = {look.code for look in opened}
    passed = dict.fromkeys(look for look in told if look.mark is Mark.GOOD and look.code not in failing)
    title = t("office.checks.open", count=len(opened)) if opened else t("office.checks.none_open")
    return ChecksLook(tuple(opened), tuple(passed), title, t("office.checks.passed", count=len(passed)))


def _look(check: Check) -> CheckLook:
    mark = _mark(check)
    outcome, title = t(f"office.outcome.{mark.value}"), rule_title(check.code)
    if mark is Mark.GOOD:
        return CheckLook(check.code, mark, outcome, title, "", "")
    return CheckLook(check.code, mark, outcome, title, flag(check.code).text, _sentence(check))


def _mark(check: Check) -> Mark:
    if check.outcome == "pass":
        return Mark.GOOD
    if check.outcome == "unknown" or check.severity == "info":
        return Mark.PLAIN
    return Mark.BAD if check.severity == "block" else Mark.LOOK


def rule_title(code: str) -> str:
    """What the rule wants, such as 一户一档; a check that is no rule has its flag's words."""
    msgid = f"rule.{code}.title"
    return t(msgid) if has_text(msgid) else flag(code).text


def _sentence(check: Check) -> str:
    if not has_text(check.message_id):
        return ""
    return t(check.message_id, **{key: str(value) for key, value in check.params.items()})
