"""The whole library as one Word file that a lawyer reads and edits, and the way back into the files of the library.

``order`` says what stands where, ``cards``, ``words`` and ``write`` print it, ``marks``, ``lines`` and ``named`` tie a
text to its clause or to the entry whose words it holds. ``read`` finds the texts in a file that came back, ``revised``
says what each says and who changed it, ``compare`` and ``compare_words`` hold them against the library, ``proposed``
tries the changed library, ``placed`` says where in the book a finding is, ``record`` keeps authors and dates.
"""
