"""The guides inside the program: every one renders, and its links and pictures lead somewhere."""

import re
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from nennep.core.errors import NotFound
from nennep.site.guides import FOLDER, find_picture, name_anchor, render_guide
from tests.factories.accounts import make_user

NAMES = sorted(path.stem for path in FOLDER.glob("*.md"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.django_db
def test_links_and_pictures_of_a_guide_lead_somewhere(client: Client, name: str) -> None:
    client.force_login(make_user())
    html = render_guide(name)
    local = [address for address in re.findall(r'(?:href|src)="([^"]+)"', html) if not address.startswith("http")]
    anchors = [address for address in local if address.startswith("#")]
    assert [address for address in anchors if f'id="{unquote(address[1:])}"' not in html] == []
    pages = sorted(set(local) - set(anchors))
    assert [address for address in pages if client.get(address).status_code != 200] == []


# Who develops the program types these; who uses it is told of `nennep` alone, who installs it of `make run` and `make setup`.
DEVELOPERS = re.compile(
    r"\bpython3? -|\b(?:pip|pytest|git|manage\.py|ruff|mypy|npm|docker)\b|make (?!run\b|setup\b)[a-z]|\btools[./]"
)
INSTALLING = "quan-tri"


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_names_no_command_of_developers(name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if DEVELOPERS.search(line)] == []
    assert name == INSTALLING or "make " not in text


@pytest.mark.django_db
def test_start_names_every_guide(client: Client) -> None:
    client.force_login(make_user())
    page = client.get(reverse("guides")).content.decode()
    assert [name for name in NAMES if name != "README" and reverse("guide", args=[name]) not in page] == []


def test_anchors_are_those_of_the_hosting_page() -> None:
    assert name_anchor("Bước 4. Biên bản, nghị quyết") == "bước-4-biên-bản-nghị-quyết"


def test_what_is_missing_is_not_found() -> None:
    for ask in (render_guide, find_picture):
        with pytest.raises(NotFound):
            ask("khong-co")
