"""What a machine can see of a shop's site: a small polite crawl, and pure collectors that turn pages into observations.

`crawl.py` is the only module here that looks outside; the verdict of every item is a person's (`services/content.py`).
"""
