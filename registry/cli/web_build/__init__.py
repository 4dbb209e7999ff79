"""Build the browser edition: a static folder that runs the whole app offline (docs/adr/0004)."""

from registry.cli.web_build.build import BuildResult, build
from registry.cli.web_build.cache import BuildError

__all__ = ["BuildError", "BuildResult", "build"]
