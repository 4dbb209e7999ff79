"""Entry of the browser edition for ``nuanfang forms preview``, in place of the project's main.py."""

import flet as ft

from app.preview import main

if __name__ == "__main__":
    ft.run(main, route_url_strategy=ft.RouteUrlStrategy.HASH)
