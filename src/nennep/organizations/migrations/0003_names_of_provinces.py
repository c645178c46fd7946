from typing import Any

from django.db import migrations

PROVINCES = (
    "An Giang", "Bắc Ninh", "Cao Bằng", "Cà Mau", "Gia Lai", "Hà Tĩnh", "Hưng Yên", "Khánh Hòa", "Lai Châu", "Lào Cai", "Lâm Đồng",
    "Lạng Sơn", "Nghệ An", "Ninh Bình", "Phú Thọ", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sơn La", "Thanh Hóa", "Thái Nguyên",
    "Tuyên Quang", "Tây Ninh", "Vĩnh Long", "Điện Biên", "Đắk Lắk", "Đồng Nai", "Đồng Tháp",
)  # fmt: skip


def mend_names(apps: Any, _schema_editor: Any) -> None:
    """`load-provinces` wrote `Đảng bộ cao Bằng` for 28 provinces: a misprint from the first day on, not a new name."""
    for place in PROVINCES:
        misprint, name = f"Đảng bộ {place[0].lower()}{place[1:]}", f"Đảng bộ tỉnh {place}"
        apps.get_model("organizations", "Organization")._base_manager.filter(name=misprint).update(name=name)
        apps.get_model("organizations", "OrganizationPeriod")._base_manager.filter(name=misprint).update(name=name)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0002_kept_by")]

    operations = [migrations.RunPython(mend_names, migrations.RunPython.noop)]
