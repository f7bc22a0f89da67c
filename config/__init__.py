"""The workflow language: definitions, their loader, calendars and settings."""
