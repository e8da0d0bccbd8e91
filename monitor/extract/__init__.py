"""From a capture to a document: bytes in, ordered blocks out, or a `Problem` that says why not."""
