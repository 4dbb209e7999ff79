"""Language, text size and light or dark stay as they were set."""

from types import SimpleNamespace

import pytest

from app.actions.preferences import Preferences, decode, encode, policy_of
from app.main import road_options
from sync.plan import Policy


def test_what_was_set_is_found_again():
    """Through the store and back."""
    chosen = Preferences(language="en", theme="dark", text_scale=1.3, wifi_photos=True, saver=True)
    assert decode(encode(chosen)) == chosen


@pytest.mark.parametrize(
    "stored",
    [None, {}, {"language": "fr", "theme": "pink", "text_scale": 7}, {"text_scale": "big"}, {"saver": "yes"}],
)
def test_what_this_version_does_not_know_is_the_default(stored):
    """A newer or older app's setting never keeps the app from opening."""
    assert decode(stored) == Preferences()


def test_photos_go_over_any_network_until_somebody_wishes_otherwise():
    """S25: nothing is held back by default; each wish reaches the road."""
    assert policy_of(Preferences()) == Policy(photos_on_wifi_only=False, saver=False)
    assert policy_of(Preferences(wifi_photos=True)) == Policy(photos_on_wifi_only=True)
    assert policy_of(Preferences(saver=True)) == Policy(saver=True)


@pytest.mark.parametrize(("told", "costs"), [(True, True), (False, False), (None, False)])
def test_the_road_starts_with_what_was_chosen_and_what_the_phone_says(told, costs):
    """S25: after a restart the wishes still hold; a network that does not tell holds nothing back."""
    network = SimpleNamespace(metered=lambda: told, sparing=lambda: True)
    options = road_options(SimpleNamespace(connectivity=network), Preferences(wifi_photos=True))
    assert options.policy == Policy(photos_on_wifi_only=True)
    assert (options.metered(), options.sparing()) == (costs, True)
