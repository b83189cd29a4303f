"""The contract as a tree: nodes, assembly, numbers."""
