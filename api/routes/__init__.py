"""The JSON API and the feeds, one router a noun."""
