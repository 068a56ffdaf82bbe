"""A user's own Cantera phases as a chemistry system.

An aqueous electrolyte, an organic phase and solids of a Cantera YAML file become components, formation
constants, activity coefficients and solubility products: Cantera's own, as smooth functions of temperature.
"""
