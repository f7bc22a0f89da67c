"""The shipped scenarios, and what they must show of the shipped workflows."""
