"""What Homeward answers, as JSON: the same documents for the command line, the API and the pages."""
