"""The outside world in a box for development, demo and tests: `python -m enamad_portal.sandbox`.

It runs as its own process and never imports Django. Only `world.py` is imported by the portal.
"""
