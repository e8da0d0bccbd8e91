"""Looking at a source without storing anything: what reaches it, what it is, and how it should be configured.

`looks` asks the network, through the same guarded crawl as every run; the other modules are pure: `reports` judges
what a look brought, `advice` says what would reach a source better, `structure` finds selectors in a page, `candidates`
and `proposal` make a `[[source]]` table of an address, and `entry` writes it.
"""
