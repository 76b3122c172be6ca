"""Pictures drawn from a prompt."""
