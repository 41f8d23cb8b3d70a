"""Outside services: one Protocol and one HTTP client each, chosen in settings (`registry.py`).

Importing this package costs nothing: the sandbox shares `signing.py` with it and must stay free of Django.
"""
