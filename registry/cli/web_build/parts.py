"""The parts of the site that are slow to make, each made once and kept in the cache."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from registry.cli.web_build import archive, client, fonts, icons, npm, wheels, worker
from registry.cli.web_build.cache import BuildError, Cache, digest, digest_files

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Parts:
    """The slow parts, each made once."""

    root: Path
    main: Path
    cache: Cache

    def packages(self) -> Path:
        """Zip of the vendored packages, compiled."""
        locked = self.root / "requirements" / "web.txt"
        key = digest(locked.read_bytes())
        folder = self.cache.keep(
            "wheels",
            key,
            lambda to: wheels.download(locked, to),
            doing="Fetching Python packages for the phone…",
        )
        rules = digest(key, (_HERE / "wheels.py").read_bytes())
        merged = self.cache.keep("packages", rules, lambda to: wheels.merge(folder, to), suffix=".zip")
        return self._compiled("packages-compiled", merged, "Compiling these packages…")

    def library(self) -> Path:
        """Python's standard library, compiled."""
        given = client.client_folder() / "pyodide" / "python_stdlib.zip"
        return self._compiled("library", given, "Compiling Python's own library (once, about 20 s)…")

    def app(self) -> Path:
        """Zip of our own code and catalogues, compiled."""
        sources = digest_files(self.root, archive.app_files(self.root))
        key = digest(sources, self.main.read_bytes(), (_HERE / "archive.py").read_bytes())
        packed = self.cache.keep(
            "app", key, lambda to: archive.pack_app(self.root, self.main, to), suffix=".zip"
        )
        return self._compiled("app-compiled", packed, "Compiling the app…")

    def module(self, purpose: str, name: str) -> Path:
        """assets/web/``name`` with the npm packages of ``[[purpose]]`` inside."""
        entry = self.root / "assets" / "web" / name
        key = digest(self._npm(purpose), entry.read_bytes(), (_HERE / "npm.py").read_bytes())
        return self.cache.keep(
            purpose,
            key,
            lambda to: npm.bundle(self._locked, purpose, entry, to),
            suffix=".js",
            doing=f"Fetching and bundling {name}…",
        )

    def typeface(self) -> Path:
        """Folder with the whole typeface, <face>.ttf."""
        return self.cache.keep(
            "typeface",
            digest(self._npm("typeface"), str(fonts.FACES)),
            lambda to: fonts.fetch(self._locked, to),
            doing="Fetching the Chinese typeface (57 MB, once)…",
        )

    def font(self, face: str, wide: bool) -> Path:
        """A woff2 of ``face`` ("regular" or "bold"); ``wide`` carries every hanzi."""
        rules = digest((_HERE / "fonts.py").read_bytes(), self._npm("typeface"))
        given = self.typeface()
        return self.cache.keep(
            f"font-{face}",
            digest(rules, str(wide)),
            lambda to: fonts.subset(given / f"{face}.ttf", to, wide=wide),
            suffix=".woff2",
            doing=f"Cutting the Chinese font, {face} (once, up to a minute)…",
        )

    def icons(self) -> Path:
        """Folder of PNG files."""
        key = digest((_HERE / "icons.py").read_bytes())
        return self.cache.keep("icons", key, icons.draw_icons, doing="Drawing the icons…")

    def base_site(self) -> Path:
        """The Flutter client and Pyodide with everything in it that does not depend on our sources."""
        regular, bold, library = self.font("regular", True), self.font("bold", False), self.library()
        names = "".join(p.name for p in (regular, bold, library))
        key = digest(names, (_HERE / "client.py").read_bytes(), (_HERE / "worker.py").read_bytes())

        def make(to: Path) -> None:
            client.copy_client(client.client_folder(), to)
            client.write_font_manifest(to, bold=True)
            shutil.copyfile(regular, to / "assets" / "fonts" / "roboto.woff2")
            shutil.copyfile(bold, to / "assets" / "fonts" / "roboto-bold.woff2")
            shutil.copyfile(library, to / "pyodide" / "python_stdlib.zip")
            worker.squeeze(to)

        return self.cache.keep("client", key, make, doing="Copying the Flutter client…")

    @property
    def _locked(self) -> Path:
        return self.root / "requirements" / "web-npm.toml"

    def _npm(self, purpose: str) -> str:
        return str(npm.packages(self._locked, purpose))

    def _compiled(self, name: str, source: Path, doing: str) -> Path:
        key = digest(source.read_bytes(), (_HERE / "compile.mjs").read_bytes())
        pyodide = client.client_folder() / "pyodide"

        def make(to: Path) -> None:
            bad = archive.compile_archive(pyodide, source, to)
            if bad and name == "app-compiled":
                raise BuildError(f"the app does not compile:\n{bad}")

        return self.cache.keep(name, key, make, suffix=".zip", doing=doing)
