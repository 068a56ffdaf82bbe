"""Columns packed with what binds: a bed that goes through a cycle of steps, in one system of equations."""
