"""The only door to hosts that users name (FET-15).

Resolve, classify, pin, bounded HTTP, TLS probe, and HTML parsed in a child process.

Start reading at `door.py`; every layer below it is a module of its own and knows nothing of the layers above.
"""
