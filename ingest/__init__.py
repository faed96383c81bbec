"""Reads the web: fetches sources, reads entries out of them, stores posts and has them analysed."""
