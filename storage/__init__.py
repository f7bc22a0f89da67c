"""Databases and the vault behind the ports of the cases package."""
