"""What the Word writers and readers share: names, text, numbering, the base package, the archive."""
