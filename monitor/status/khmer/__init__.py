"""Reads Khmer sentences: cues on the match key, scopes without word boundaries."""
