"""The clause library: files read, type-checked and compiled once."""
