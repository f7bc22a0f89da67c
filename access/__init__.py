"""Who somebody is, and what they may see: accounts, sessions, people, grants. No SQL, no web."""
