"""Deals that are not complete yet: what is already settled of their contract, and which question settles most.

``partial`` is the deal so far, ``watched`` what stands in it where a value is open; ``ranges`` weighs conditions over
such values, ``outlook`` facts, and ``states`` says of each clause and rule whether it is certain, excluded or open.
``questions`` finds the next field to ask for, ``answers`` reads what a person types, ``interview`` holds it together.
"""
