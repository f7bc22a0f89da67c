"""Measuring durable steps side by side with the bare database."""
