"""Language, text size and light or dark stay as they were set."""

import pytest

from app.actions.preferences import Preferences, decode, encode, policy_of
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
