"""How `make run` starts all parts on one machine, watches them and stops them."""
