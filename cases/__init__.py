"""Use cases: everything that changes or reads an instance passes through here."""
