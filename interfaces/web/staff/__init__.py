"""Pages of those who work with cases."""
