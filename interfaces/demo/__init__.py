"""The demonstration: a house full of invented cases at all stages, made anew relative to the present moment."""
