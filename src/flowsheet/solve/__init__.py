"""The numerical core: a Pyomo model in, a compiled value out, and what is solved with it.

Nothing here knows a chemistry, a unit operation or a file format.
"""
