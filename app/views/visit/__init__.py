"""The visit itself: one page a step, from the greeting to the sealed record."""
