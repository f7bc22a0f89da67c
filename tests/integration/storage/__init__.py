"""The two databases: how they are opened, what lies in them, what happens when something breaks."""
