"""A provider's usage export: read, matched with our attempts, its differences booked."""
