"""Reads English sentences: words to tokens, tokens to verb groups, verb groups to readings."""
