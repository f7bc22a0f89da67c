"""The proofs of a workflow: what is shown to hold in everything that can happen, and what breaks it."""
