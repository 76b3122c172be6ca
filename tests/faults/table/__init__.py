"""Every way in which something breaks, as one table: `python -m tests.faults --table`."""
