"""What a person pastes or types to enrol (S25)."""

import pytest

from app.views.enrol.enrol_state import (
    Invitation,
    check_code,
    check_registry,
    origin_of,
    parse_invitation,
    shape_code,
)
from domain.errors import InputError


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", ""),
        ("ab", "AB"),
        ("abcd", "ABCD"),
        ("abcde", "ABCD-E"),
        ("ABCD-2345", "ABCD-2345"),
        (" abcd 2345 ", "ABCD-2345"),
        ("ＡＢＣＤ２３４５", "ABCD-2345"),
        ("ABCD23456789", "ABCD-2345"),
        ("登记码AB", "AB"),
    ],
)
def test_the_code_takes_its_form_while_it_is_typed(typed, shown):
    """Small letters, full width, spaces and a missing dash are put right as they are typed."""
    assert shape_code(typed) == shown


def test_a_whole_code_is_taken():
    """XXXX-XXXX passes as it is shown."""
    assert check_code("YJGD-WDZF") == "YJGD-WDZF"


@pytest.mark.parametrize(
    ("shown", "code"),
    [("", "code_incomplete"), ("ABCD-23", "code_incomplete"), ("ABCD-O345", "code_has_wrong_character")],
)
def test_a_wrong_code_is_told_before_the_network(shown, code):
    """A code that is too short, or has a letter no code has, is refused on the phone."""
    with pytest.raises(InputError) as refused:
        check_code(shown)
    assert refused.value.code == code
    assert refused.value.details["field"] == "code"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "https://union.example/app/#/enrol?code=YJGD-WDZF",
            Invitation("YJGD-WDZF", "https://union.example"),
        ),
        ("http://127.0.0.1:8000/app/#/enrol?code=yjgdwdzf", Invitation("YJGD-WDZF", "http://127.0.0.1:8000")),
        ("/enrol?code=YJGD-WDZF", Invitation("YJGD-WDZF")),
        ("yjgd", Invitation("YJGD")),
        ("https://union.example/app/", Invitation()),
        ("javascript:alert(1)?code=YJGD-WDZF", Invitation("YJGD-WDZF")),
    ],
)
def test_a_pasted_link_gives_code_and_address(text, found):
    """The whole link may be pasted into the code field; only http and https name a registry."""
    assert parse_invitation(text) == found


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("union.example", "https://union.example"),
        ("https://union.example/app/#/", "https://union.example"),
        (" http://10.0.0.8:8000/ ", "http://10.0.0.8:8000"),
        ("ｈｔｔｐｓ：//union.example", "https://union.example"),
    ],
)
def test_an_address_becomes_an_origin(typed, origin):
    """What is typed around the address does not matter."""
    assert check_registry(typed) == origin


@pytest.mark.parametrize(
    "typed", ["", "   ", "ftp://union.example", "https://", "https://[", "https://a:99999"]
)
def test_a_wrong_address_is_refused(typed):
    """Nothing is sent to an address that is none."""
    with pytest.raises(InputError, match="registry_address_invalid"):
        check_registry(typed)


def test_the_browser_edition_knows_its_registry():
    """The registry serves the app, so the page's own origin is the registry."""
    assert origin_of("https://union.example/app/#/me") == "https://union.example"
    assert origin_of("tcp://localhost:123") == ""
    assert origin_of(None) == ""
