"""Attempts from claim to settlement: claim → call → record → collect → settle, and the sweep.

Import the step that you need: a web process settles and cancels, but never loads a call's parts.
"""
