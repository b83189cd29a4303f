"""Portfolios: any number of deals built into one folder, and of each no more than what changed.

``records`` says what was built, ``survey`` what a deal would be built from now, ``judge`` compares the two, ``changes``
tells them apart in a contract's own words, ``make`` writes a pack, ``work`` does so for many, here or elsewhere.
"""
