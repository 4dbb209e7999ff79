"""The road between phone and registry."""
