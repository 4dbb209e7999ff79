"""Photos at rest: obstore."""
