"""What a copy of Clausier is made of, for who must answer for it."""
