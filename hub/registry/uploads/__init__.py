"""Spreadsheets from which notices are registered."""
