"""Attempts from claim to settlement: claim → call → collect → settle, and the sweep."""

from generations.services.attempts.run import run_next
from generations.services.attempts.settle import settle_attempt
from generations.services.attempts.sweep import sweep_attempts

__all__ = ["run_next", "settle_attempt", "sweep_attempts"]
