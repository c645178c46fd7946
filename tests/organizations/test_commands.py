from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db


def load(**options: str) -> str:
    output = StringIO()
    call_command("load_provinces", **options, stdout=output)
    return output.getvalue()


def test_the_whole_country_stands_below_the_centre_once() -> None:
    assert "Đã lập 34 đảng bộ tỉnh, thành phố và 3321 đảng bộ xã" in load()
    kinds = [Organization.objects.filter(kind=kind).count() for kind in ("central", "province", "upper_direct")]
    assert kinds == [1, 34, 3321]
    assert OrganizationPeriod.objects.count() == 3356
    assert Organization.objects.find_problems() == ([], [], [], [], [])
    hanoi = Organization.objects.get(code="01")
    assert hanoi.name == "Đảng bộ thành phố Hà Nội"
    names = list(Organization.objects.filter(kind="province").values_list("name", flat=True))
    assert sum(name.startswith("Đảng bộ thành phố ") for name in names) == 6
    assert sum(name.startswith("Đảng bộ tỉnh ") for name in names) == 28
    assert "Đảng bộ tỉnh Cao Bằng" in names
    assert all(name.rsplit(" ", 1)[1][0].isupper() for name in names)
    assert Organization.objects.get(code="01-00070").path.startswith(hanoi.path)
    assert "Đã lập 0 đảng bộ tỉnh, thành phố và 0 đảng bộ xã" in load()


def test_the_country_stands_below_a_named_unit() -> None:
    root = make_unit("Đảng Cộng sản Việt Nam", kind=UnitKind.CENTRAL, code="DCSVN")
    load()
    load(under="dcsvn")
    assert Organization.objects.get(code="08").path.startswith(root.path)


def test_errors_are_one_sentence() -> None:
    with pytest.raises(CommandError, match="Không có đơn vị nào mang mã “X”"):
        load(under="X")
    make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    with pytest.raises(CommandError, match="--under"):
        load()
    assert Organization.objects.count() == 1
