"""The ways in which a notice leaves the house, or lies in it. Nothing else of the program speaks to the outside."""
