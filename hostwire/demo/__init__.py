"""A small newswire written for the demonstration: content as data, and the site that serves it."""
