"""A provider that costs nothing: a real HTTP server on loopback that draws from the prompt."""
