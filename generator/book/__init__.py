"""The whole library as one Word file that a lawyer reads and edits, and the way back into the clause files.

``order`` says what stands where, ``cards`` and ``write`` print it, ``marks`` and ``lines`` tie a text to its clause.
``read`` finds the texts in a file that came back, ``revised`` says what each says and who changed it, ``compare`` holds
them against the library, ``proposed`` tries the changed library, ``record`` keeps authors and dates.
"""
