"""What a register says of organisations, asked on request and loaded by the next build."""
