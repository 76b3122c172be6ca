"""The database backend of the embedded database; see `base`."""
