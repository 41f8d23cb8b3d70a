"""What surrounds the code: set-up, supervisor, private services, checks, production files."""
