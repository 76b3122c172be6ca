"""What breaks, on real processes: `make faults` runs it on both databases and prints figures."""
