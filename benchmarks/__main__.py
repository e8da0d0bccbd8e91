"""`python -m benchmarks [text] [judging] [idling] [crawling [SIZE…]]`: those named, or all of them and `ablation`.

`python -m benchmarks ablation [FILE…] [--into PAGE]` runs by itself; see `benchmarks.ablation`.
"""

import sys

if sys.argv[1:2] == ["ablation"]:
    from benchmarks import ablation

    ablation.main(sys.argv[2:])
    raise SystemExit

wanted = [word for word in sys.argv[1:] if not word.isdigit()]
sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or [100, 1_000, 10_000]
if not wanted or "text" in wanted:
    from benchmarks import text_and_diff

    text_and_diff.main()
if not wanted or "judging" in wanted:
    from benchmarks import judging

    judging.main()
if not wanted or "idling" in wanted:
    from benchmarks import idling

    idling.main()
if not wanted:
    from benchmarks import ablation

    ablation.main()
if not wanted or "crawling" in wanted:
    from benchmarks import crawling

    crawling.main(sizes)
