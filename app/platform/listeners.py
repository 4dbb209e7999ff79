"""A yes or no that others want to hear about."""

from __future__ import annotations

from collections.abc import Callable


class Listeners:
    """Calls back when ``set`` changes the value."""

    def __init__(self, value: bool) -> None:
        self.value = value
        self._callbacks: list[Callable[[bool], None]] = []

    def set(self, value: bool) -> None:
        """Tell everybody, if it is news."""
        if value != self.value:
            self.value = value
            self.tell()

    def tell(self) -> None:
        """Tell everybody how it stands, also when that is not news."""
        for callback in tuple(self._callbacks):
            callback(self.value)

    def subscribe(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        """Returns the unsubscriber, which may be called twice."""
        self._callbacks.append(callback)

        def stop() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return stop
