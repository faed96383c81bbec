"""Puts ingest, tagger and database together for one run, with progress bars: what the commands call."""

from __future__ import annotations

from collections.abc import Sequence

from rich.progress import Progress, TaskID

from hostwire.assembly import fetch_limits, make_tagger
from hostwire.output import now
from hostwire.settings import Settings
from ingest.client import Client
from ingest.run import AnalysisSummary, RunSummary, analyze_pending, ingest
from store.database import Database
