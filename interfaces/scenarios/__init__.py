"""An administrator's tests: scripted cases with virtual time on an in-memory house."""
