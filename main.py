"""Entry for Flet's tools and the browser edition; everything is in app.main."""

import flet as ft

from app.main import main

if __name__ == "__main__":
    ft.run(main, route_url_strategy=ft.RouteUrlStrategy.HASH)
