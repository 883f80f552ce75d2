"""Communes through time: what a code stood for, what happened to it, and what it is today."""
