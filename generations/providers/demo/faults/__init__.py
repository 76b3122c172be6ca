"""Everything that can go wrong, by name."""
