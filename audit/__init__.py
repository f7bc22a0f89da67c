"""The journal seen from outside: leaves, proofs, replay and exports."""
