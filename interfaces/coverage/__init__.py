"""The matrix of a standard: each clause, what carries it, which scenarios show it, what an auditor finds afterwards."""
