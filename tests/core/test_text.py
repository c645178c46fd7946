from nennep.core.text import compose, fold, name_sort_key


def test_compose_gives_one_form_with_single_spaces() -> None:
    assert compose("  Nguye\u0302\u0303n  Thi\u0323  Hoa ") == "Nguyễn Thị Hoa"


def test_fold_drops_marks_and_case() -> None:
    assert fold("ĐẶNG Thị Lự") == "dang thi lu"


def test_names_sort_by_given_name_in_vietnamese_order() -> None:
    names = ["Vàng A Tủa", "Lò Văn Ánh", "Giàng Thị Đông", "Bùi Văn An", "Lò Thị Dung"]
    assert sorted(names, key=name_sort_key) == [
        "Bùi Văn An",
        "Lò Văn Ánh",
        "Lò Thị Dung",
        "Giàng Thị Đông",
        "Vàng A Tủa",
    ]
