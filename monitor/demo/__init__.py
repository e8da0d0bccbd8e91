"""The demonstration: a small replica of the official sites that plays a timeline to the real product.

`site.Replica` is the web, `receivers` are the teams' channels, `timeline.TIMELINE` says what happens and what must be
said, and `play.play` runs it all and reports. Every word on the replica is invented for this purpose; only the
structure of the pages follows the real sites.
"""
