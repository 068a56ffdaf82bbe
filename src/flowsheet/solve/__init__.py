"""The numerical core, and what is solved with it.

nl, compile, compiled, nlp, sparse, newton, ipopt, sensitivity, structure, cache, plugin: a Pyomo model in, a
compiled value out; they know no chemistry, no unit operation and no file format.
assemble, plant, initialise, liquor_start, explain, keep, case: a flowsheet's plant on that core.
speciation: single solutions.
"""
