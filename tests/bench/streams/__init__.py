"""`make bench`: hundreds of calls in flight at once, as their people's browsers see them."""
