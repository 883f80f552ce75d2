"""What holds for every request: connections, negotiation, tags, codings, safe headers, the fast ways round the rest."""
