"""gettext catalogues: zh_Hans is the source language."""
