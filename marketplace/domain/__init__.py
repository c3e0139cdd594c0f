"""Entities, value objects, events and rules. Knows the standard library and nothing else."""
