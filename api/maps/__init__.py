"""The map of structures, and small maps on other pages."""
