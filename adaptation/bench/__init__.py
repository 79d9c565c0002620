"""Otoscribe beside other engines, on the same clips and weights, in one run. `run.run_bench` is the door."""
