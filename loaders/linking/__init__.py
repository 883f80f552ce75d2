"""Record linkage: which mentions of several sources are one thing, why, and what it is called."""
