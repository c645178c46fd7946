"""How a preview names what would change."""

from nennep.core.previews import NAMED, Effect, group_names


def test_what_is_called_alike_is_named_once_with_its_number() -> None:
    year = "Xếp loại năm 2026"
    assert group_names([year] * 5) == ((f"{year} (5)",), 5)
    assert group_names(["Quý I", year, year]) == (("Quý I", f"{year} (2)"), 3)
    assert group_names([]) == ((), 0)


def test_what_is_not_named_is_counted_by_rows() -> None:
    """Seven names, the first of them three times: five are said, for seven rows; two rows are left."""
    rows = ["Đợt 1"] * 3 + [f"Đợt {number}" for number in range(2, 8)]
    names, said = group_names(rows)
    assert (len(names), said) == (NAMED, 7)
    assert Effect("Mục xếp loại", len(rows), names, said=said).unnamed == 2
    assert Effect("Đảng viên", 9, ("Lò Thị Hoa",)).unnamed == 8
    assert Effect("Đảng viên", 9).unnamed == 0
