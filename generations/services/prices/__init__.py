"""Prices that staff enter: one by one or as a file; superseded, never edited."""
