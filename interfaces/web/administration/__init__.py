"""Pages of this part of the house."""
