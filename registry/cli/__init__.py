"""The nuanfang command."""
