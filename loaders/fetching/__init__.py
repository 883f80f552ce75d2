"""The door to the network: files by their addresses, verified, kept, and never from where they may not come."""
