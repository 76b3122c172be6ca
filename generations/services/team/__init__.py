"""The team: who comes, in which role, with which models, and who leaves."""
