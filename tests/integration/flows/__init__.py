"""What runs by the clock, in processes of its own."""
