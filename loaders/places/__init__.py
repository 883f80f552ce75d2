"""Which commune of today a row means, and how sure that is."""
