"""The device seams on a phone or computer with its own file system."""
