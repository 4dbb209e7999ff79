"""Language, text size and light or dark stay as they were set."""

import pytest

from app.actions.preferences import Preferences, decode, encode


def test_what_was_set_is_found_again():
    """Through the store and back."""
    chosen = Preferences(language="en", theme="dark", text_scale=1.3)
    assert decode(encode(chosen)) == chosen


@pytest.mark.parametrize(
    "stored", [None, {}, {"language": "fr", "theme": "pink", "text_scale": 7}, {"text_scale": "big"}]
)
def test_what_this_version_does_not_know_is_the_default(stored):
    """A newer or older app's setting never keeps the app from opening."""
    assert decode(stored) == Preferences()
