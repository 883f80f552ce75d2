"""Measurements anyone can run again: `make bench` writes `bench/RESULTS.md`."""
