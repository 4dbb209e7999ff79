"""Questionnaires in the office: upload, files, publishing, and what phones get."""
