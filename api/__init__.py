"""Search, timelines, feeds and pages over HTTP. Knows the store; the tagger and the clock are given to it."""
