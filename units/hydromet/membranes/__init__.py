"""Membrane contactors: solvent extraction without drops, through the walls of hollow fibres."""
