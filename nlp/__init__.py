"""Tags the trade's posts: products, organizations, TLDs, dates and events. Imports none of the other packages.

Nothing is re-exported here: what needs no spaCy (`nlp.annotations`, `nlp.catalogue`) is imported without it.
"""
