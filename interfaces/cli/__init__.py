"""The homeward command."""
