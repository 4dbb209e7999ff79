"""Coverage and searching on the phone (S25)."""

from __future__ import annotations

import msgspec
import pytest
from domain_cases import HOUSEHOLD, STUDENT, WORKER, ident

from domain.codes import UnreachedReason, VisitResult
from domain.coverage import coverage
from domain.models import CoverageTarget, Pinyin
from domain.search import Entry, entry_for, search

MET, ABSENT, MOVED = VisitResult.MET, VisitResult.ABSENT, VisitResult.MOVED


def target(number: int, *results: VisitResult) -> CoverageTarget:
    return CoverageTarget(household_id=ident(number), results=results)


def test_reached_once_is_reached() -> None:
    """S25: a household met once counts, however the next try ends, and only once."""
    found = coverage([target(1, ABSENT, MET, ABSENT), target(2, MET, MET), target(1, MET), target(3)])
    assert (found.reached, found.total, found.percent) == (2, 3, 66)


def test_the_unreached_are_listed_with_the_reason() -> None:
    """S25: who was never tried comes first; the last try gives the reason."""
    found = coverage(
        [target(1, ABSENT, MOVED), target(2), target(3, VisitResult.REFUSED), target(4, VisitResult.DECEASED)]
    )
    assert [(one.household_id, one.reason, one.tries) for one in found.unreached] == [
        (ident(2), UnreachedReason.NOT_VISITED, 0),
        (ident(1), UnreachedReason.MOVED, 2),
        (ident(3), UnreachedReason.REFUSED, 1),
        (ident(4), UnreachedReason.DECEASED, 1),
    ]


def test_a_hundred_percent_means_everybody() -> None:
    """S25: 299 of 300 is 99, and nobody at all is 0."""
    targets = [target(number, MET) for number in range(299)]
    assert coverage([*targets, target(999)]).percent == 99
    assert coverage([*targets, target(999, MET)]).percent == 100
    assert coverage([]).percent == 0


def household(number: int, name: str, full: str, initials: str, detail: str = "3组44号") -> Entry:
    worker = msgspec.structs.replace(WORKER, name=name, pinyin=Pinyin(full=full, initials=initials))
    address = msgspec.structs.replace(HOUSEHOLD.address, detail=detail)
    return entry_for(
        msgspec.structs.replace(
            HOUSEHOLD, id=ident(number), number=f"QS2023{number:04d}", worker=worker, address=address
        )
    )


ENTRIES = [
    household(1, "王秀英", "wangxiuying", "wxy"),
    household(2, "王秀", "wangxiu", "wx", "9组7号"),
    household(3, "阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt", "老街1号"),
    household(4, "单红", "shanhong", "sh"),
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("王秀", [2, 1]),
        ("wx", [2, 1]),
        ("WXY", [1]),
        ("ｗｘｙ", [1]),
        ("wangxiuy", [1]),
        ("wang xiu", [2, 1]),
        ("shanhong", [4]),
        ("买买提", [3]),
        ("古丽买买", [3]),
        ("阿依古丽 · 买买提", [3]),
        ("老街", [3]),
        ("云溪镇 9组", [2]),
        ("王 老街", []),
        ("QS20230004", [4]),
        ("李想", [4, 2, 1, 3]),
        ("没有这个人", []),
        ("", []),
        ("   ", []),
    ],
)
def test_a_household_is_found_as_people_ask(query: str, found: list[int]) -> None:
    """S25: by name, initials, full pinyin, address, number, or a family member; best match first."""
    assert search(ENTRIES, query) == [ident(number) for number in found]


def test_the_tail_of_the_identity_number_finds_the_household() -> None:
    """S25: the last four characters, of the worker or a family member."""
    assert search(ENTRIES[:1], WORKER.id_number[-4:]) == [ident(1)]
    assert search(ENTRIES[:1], STUDENT.id_number[-6:].lower()) == [ident(1)]
    assert search(ENTRIES[:1], WORKER.id_number[-3:] + "Z") == []


def test_only_so_many_are_returned() -> None:
    """S25: the list stays short on a small screen."""
    assert len(search(ENTRIES, "云溪镇", limit=2)) == 2


def test_ten_thousand_households_can_be_searched() -> None:
    """S25: the list of a whole county gives the first fifty, in order, whatever was typed."""
    many = [
        household(number, f"王秀{chr(0x4E00 + number)}", f"wangxiu{number}", "wx") for number in range(500)
    ] * 20
    assert len(search(many, "wx")) == 50
    assert search(many, "石板村 3组") == search(many, "3组 石板村")
