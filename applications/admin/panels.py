"""The panels of the case page with their acts: each is a selector, a template and a use case."""
