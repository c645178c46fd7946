"""What is photographed under which name."""

from pathlib import Path

from tools.photograph_pages import Album, shape_of

ADDRESS = "/sinh-hoat/01a20198-1e81-719e-9dc9-d10711abf67e/phong/"


def test_addresses_of_one_kind_have_one_shape() -> None:
    assert shape_of(ADDRESS + "?tiep=1") == "/sinh-hoat/*/phong/"
    assert shape_of(ADDRESS + "#diem-danh") == "/sinh-hoat/*/phong/#diem-danh"
    assert shape_of("/bao-cao/don-vi/3/2026-11/da-hop/") == "/bao-cao/don-vi/*/*/da-hop/"


def test_names_of_all_pictures() -> None:
    album = Album(Path(), None)
    assert album.name_of("bi-thu", "/", "phone") == "bi-thu-home-phone"
    assert (
        album.name_of("bi-thu", "/sinh-hoat/*/phong/#diem-danh", "phone") == "bi-thu-sinh-hoat-*-phong-diem-danh-phone"
    )


def test_only_what_the_guide_asks_for() -> None:
    album = Album(Path(), {("bi-thu", "/", "phone"): "bi-thu-trang-chu", ("bi-thu", "/x/", "phone"): "khong-co"})
    assert album.name_of("bi-thu", "/", "phone") == "bi-thu-trang-chu"
    assert album.name_of("bi-thu", "/", "desktop") is None
    album.taken.add("bi-thu-trang-chu")
    album.note_missing()
    assert album.faults == ["khong-co: nobody came to bi-thu /x/ phone"]
