"""The front door: help home, company pages, and what machines read about the site."""
