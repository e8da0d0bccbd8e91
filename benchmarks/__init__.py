"""Measures of whole processes and of parts; figures and ratios, never assertions. `python -m benchmarks` runs all."""
