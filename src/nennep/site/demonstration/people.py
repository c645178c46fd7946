"""Invented persons: names as they are borne in the region, numbers that no real document can carry."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from nennep.members.choices import Sex
from nennep.site.demonstration.words import WORDS

# Ethnic group → family names that are common in it, with the weight of the group in the commune.
FAMILIES: dict[str, tuple[int, tuple[str, ...]]] = {
    "Tày": (58, ("Ma", "Nông", "Hoàng", "Lương", "Quan", "Chẩu", "Nguyễn", "Hà", "La", "Quách", "Lưu")),
    "Dao": (16, ("Bàn", "Triệu", "Đặng", "Phùng", "Chúc", "Lý")),
    "Kinh": (12, ("Trần", "Lê", "Phạm", "Vũ", "Bùi", "Đỗ", "Nguyễn")),
    "Mông": (9, ("Giàng", "Vàng", "Sùng", "Thào", "Hầu")),
    "Pà Thẻn": (5, ("Phù", "Tẩn", "Hủng", "Sìn")),
}
MIDDLES = {
    Sex.MALE: ("Văn", "Đình", "Quang", "Công", "Đức", "Xuân", "Minh", "Hữu", "Trọng", "Quốc", "Ngọc", "Thanh"),
    Sex.FEMALE: ("Thị", "Thị Thu", "Thị Hồng", "Thị Ngọc", "Thị Thanh", "Thị Bích", "Thị Kim", "Thị Minh"),
}
GIVEN = {Sex.MALE: WORDS["given_male"], Sex.FEMALE: WORDS["given_female"]}
# 999 is no province, so no identity number begins with it; nobody is ever called on 0999.
IDENTITY_PREFIX = "999"
PHONE_PREFIX = "0999"
CARD_PREFIX = "99"


@dataclass(frozen=True, slots=True)
class DemonstrationPerson:
    """One invented person. `serial` is unique; card, identity and phone numbers are made of it."""

    serial: int
    full_name: str
    sex: Sex
    ethnic_group: str
    religion: str
    born_on: date
    admitted_on: date
    official_on: date | None

    @property
    def card_number(self) -> str:
        return f"{CARD_PREFIX}{self.serial:06d}"

    @property
    def identity_number(self) -> str:
        """Twelve digits: province, century and sex, year of birth, serial."""
        century = 2 * (self.born_on.year >= 2000) + (self.sex == Sex.FEMALE)
        return f"{IDENTITY_PREFIX}{century}{self.born_on.year % 100:02d}{self.serial:06d}"

    @property
    def phone(self) -> str:
        return f"{PHONE_PREFIX}{self.serial:06d}"


class PersonMaker:
    """Makes persons one after another from one seed; two makers with the same seed make the same persons."""

    def __init__(self, seed: int, today: date) -> None:
        self._random = Random(seed)  # noqa: S311  invented people need no secrecy
        self.today = today
        self._serial = 0

    def make(self, *, name: str = "", age: tuple[int, int] = (24, 78), probation: int = 0) -> DemonstrationPerson:
        """A person between two ages (years); `name` when the mockups give one.

        `probation`: 1 still on probation, 2 recognised within the past year, 0 long ago.
        """
        self._serial += 1
        random = self._random
        sex = self._sex_of(name)
        group = random.choices(list(FAMILIES), [weight for weight, _ in FAMILIES.values()])[0]
        born_on = self.today - timedelta(days=random.randint(age[0] * 365, age[1] * 365))
        admitted_on = self._admission(born_on, probation)
        return DemonstrationPerson(
            serial=self._serial,
            full_name=name or self._name(group, sex),
            sex=sex,
            ethnic_group=group,
            religion="Tin Lành" if group == "Mông" and random.random() < 0.25 else "Không",
            born_on=born_on,
            admitted_on=admitted_on,
            official_on=None if probation == 1 else admitted_on.replace(day=28, year=admitted_on.year + 1),
        )

    def _sex_of(self, name: str) -> Sex:
        if name:
            return Sex.FEMALE if " Thị " in name else Sex.MALE
        return self._random.choices([Sex.MALE, Sex.FEMALE], [62, 38])[0]

    def _name(self, group: str, sex: Sex) -> str:
        random = self._random
        return " ".join([random.choice(FAMILIES[group][1]), random.choice(MIDDLES[sex]), random.choice(GIVEN[sex])])

    def _admission(self, born_on: date, probation: int) -> date:
        """Whoever is on the rolls today was so in every month that is shown, so that the published number holds in each."""
        if probation:
            days = (400, 420) if probation == 1 else (430, 690)
            return self.today - timedelta(days=self._random.randint(*days))
        latest = (self.today - timedelta(days=2 * 366)).year
        earliest = born_on.year + 19
        return date(
            min(latest, self._random.randint(earliest, max(earliest, born_on.year + 40))),
            self._random.randint(1, 12),
            3,
        )
