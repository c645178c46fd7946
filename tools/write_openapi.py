"""Write docs/openapi.json, the contract of the JSON API. A test compares it, so that every change is reviewed."""

import json
import os
from pathlib import Path

import django

TARGET = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


def render_openapi() -> str:
    """The contract as stable text."""
    from nennep.site.api import api  # noqa: PLC0415  Django must be set up first

    return json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nennep.site.settings")
    django.setup()
    TARGET.write_text(render_openapi(), encoding="utf-8")


if __name__ == "__main__":
    main()
