"""Validation: cases of measurements (or of closed forms) that the models are held against.

keys -> read -> run -> bands -> statistics -> report.  Knows no unit operation: a case is a flowsheet,
settings, and numbers to compare.
"""
