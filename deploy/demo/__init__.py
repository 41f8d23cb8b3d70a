"""Drives the main job over HTTP against a running portal, as people would: `python -m deploy.demo`.

`visitor.py` is a browser without scripts, `outside.py` the world around the portal (phone, letter box, site), and
`merchant.py` and `officer.py` say what the two people do.
"""
