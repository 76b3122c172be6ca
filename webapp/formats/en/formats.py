"""Dates as English pages write them everywhere: 29 November 2026."""

DATE_FORMAT = "j F Y"
