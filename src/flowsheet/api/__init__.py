"""The Python interface: flowsheets loaded, run, optimised and read as on the command line."""
