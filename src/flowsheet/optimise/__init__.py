"""Optimisation of a flowsheet: objectives, bounds, several starts, multipliers in the user's units."""
