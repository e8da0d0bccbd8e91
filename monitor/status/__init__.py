"""From words to a register: what a passage claims, what may be concluded from it, and what we hold to be so."""
