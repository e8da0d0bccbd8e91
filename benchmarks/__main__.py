"""`python -m benchmarks [text] [judging] [crawling [SIZE…]]`: all of them, or those named."""

import sys

from benchmarks import crawling, judging, text_and_diff

wanted = [word for word in sys.argv[1:] if not word.isdigit()]
sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or [100, 1_000, 10_000]
if not wanted or "text" in wanted:
    text_and_diff.main()
if not wanted or "judging" in wanted:
    judging.main()
if not wanted or "crawling" in wanted:
    crawling.main(sizes)
