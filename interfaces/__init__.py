"""The doors for people and programs: command line, web pages and the API."""
