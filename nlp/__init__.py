"""Tags the trade's posts: products, organizations, TLDs, dates and events. Imports none of the other packages."""

from nlp.annotations import Analysis, PostText
from nlp.catalogue import load_catalogue
from nlp.errors import NlpError
from nlp.json_lines import analysis_to_json, error_to_json, parse_line, parse_post, post_id_of
from nlp.pipeline import Tagger, build_tagger

__all__ = [
    "Analysis",
    "NlpError",
    "PostText",
    "Tagger",
    "analysis_to_json",
    "build_tagger",
    "error_to_json",
    "load_catalogue",
    "parse_line",
    "parse_post",
    "post_id_of",
]
