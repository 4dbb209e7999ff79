"""What a supervisor reads when something fails: never a promise that was made for a cadre's phone (S9)."""

import pytest

from app.lang import set_language
from app.lang.build import build
from app.views.format import NO_ANSWER
from app.views.office import words
from sync.errors import PHONE_CODES
from sync.protocol.problems import PROBLEMS

PROMISES = ("手机里", "自动", "稍后会再发", "先留着", "重新拍")
NOT_HERE = frozenset({"record_missing", "media_missing"})
"""Of a phone that sends; the office never does."""


@pytest.fixture(scope="module", autouse=True)
def _catalogues():
    build()
    set_language("zh_Hans")


@pytest.mark.parametrize("code", sorted(set(PROBLEMS) | set(PHONE_CODES)))
def test_nothing_is_promised_that_only_a_cadres_phone_keeps(code):
    """The office sends nothing later by itself; each sentence says what the person can do."""
    told = words.problem(code) + words.not_done(code)
    assert code not in told, "no sentence"
    if code not in NOT_HERE and not code.startswith("media_"):
        assert not [one for one in PROMISES if one in told]


@pytest.mark.parametrize("code", sorted(NO_ANSWER))
def test_offline_an_act_must_be_done_again(code):
    """A verdict without a network was not noted down; a page without one simply did not come."""
    assert "没有记下" in words.not_done(code)
    assert "没有记下" not in words.problem(code)
