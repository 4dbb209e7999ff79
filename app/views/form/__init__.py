"""Filling a questionnaire: the frame of its pages (issue: XLSForm), and one control for each question."""
