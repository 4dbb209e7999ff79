"""The version people and the registry see."""

VERSION = "0.1.0"
