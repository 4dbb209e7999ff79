"""The questionnaires as tables, one file each."""
