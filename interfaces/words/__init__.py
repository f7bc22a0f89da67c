"""Sentences for people: shared by the pages, the API and the command line."""
