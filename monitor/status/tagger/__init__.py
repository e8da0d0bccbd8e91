"""The trained reader: a small network that reads English passages beside the rules.

It sees a passage with every name replaced by what it is ("target law", "lower house"), so that it has learnt wording
and not names, and says how probable each stage is. Decision record 0008 tells why and how it is trained.
"""
