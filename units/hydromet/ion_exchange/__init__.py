"""Ion exchange columns."""
