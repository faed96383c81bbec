"""The API's description for programs (OpenAPI 3.1), as it is really answered: errors as problem+json, keys."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.problems import PROBLEM_JSON

KEYS = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The operator's key."},
    "token": {"type": "http", "scheme": "bearer", "description": "The operator's key as a token."},
}
OPEN = ("/healthz", "/readyz")  # what never asks for a key
WRITING = ("post", "put", "patch", "delete")
STORES_NOTHING = ("/api/v1/tag",)
ALWAYS_WITH_KEY = "/api/v1/subscriptions"  # where others' addresses are shown


def describe(app: FastAPI) -> None:
    """Let the application's description be its routes' and this module's, made once, when it is first asked for."""
    of_routes = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = of_routes()
            found.setdefault("components", {})["securitySchemes"] = KEYS
            for path, methods in found["paths"].items():
                for method, operation in methods.items():
                    _correct(path, method, operation)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # the way FastAPI documents to extend it


def _correct(path: str, method: str, operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if status >= "400" and "application/json" in content:
            response["content"] = {PROBLEM_JSON: content["application/json"]}
        elif status in {"204", "304"}:
            response.pop("content", None)
    if path not in OPEN:
        always = (method in WRITING and path not in STORES_NOTHING) or path.startswith(ALWAYS_WITH_KEY)
        operation["security"] = [{"key": []}, {"token": []}, *([] if always else [{}])]
