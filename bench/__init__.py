"""Measurements: quality on labelled material, speed and memory. Each is a command that prints its figures."""
