"""Electrodialysis: stacks of ion-exchange membranes, with bipolar ones or without."""
