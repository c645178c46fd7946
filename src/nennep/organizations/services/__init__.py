"""Writing units: every change has a date and a reason, and what was before stays readable."""

from nennep.organizations.services.changes import (
    SameParent,
    TermNameMissing,
    TermOutOfOrder,
    UnderItself,
    UnitSettings,
    change_settings,
    move_organization,
    rename_organization,
    start_term,
)
from nennep.organizations.services.creation import (
    CodeTaken,
    ParentNotYetOpen,
    UnitDetails,
    create_children,
    create_organization,
)
from nennep.organizations.services.endings import (
    HasMembers,
    HasOpenUnits,
    KindsDiffer,
    MergedIntoItself,
    PartsMissing,
    SuccessorNotYetOpen,
    close_organization,
    merge_organization,
    reconcile_endings,
    register_resident_count,
    split_organization,
)
from nennep.organizations.services.history import TARGET_KIND
from nennep.organizations.services.imports import UnitPlan, apply_unit_import, create_cells

__all__ = [
    "TARGET_KIND",
    "CodeTaken",
    "HasMembers",
    "HasOpenUnits",
    "KindsDiffer",
    "MergedIntoItself",
    "ParentNotYetOpen",
    "PartsMissing",
    "SameParent",
    "SuccessorNotYetOpen",
    "TermNameMissing",
    "TermOutOfOrder",
    "UnderItself",
    "UnitDetails",
    "UnitPlan",
    "UnitSettings",
    "apply_unit_import",
    "change_settings",
    "close_organization",
    "create_cells",
    "create_children",
    "create_organization",
    "merge_organization",
    "move_organization",
    "reconcile_endings",
    "register_resident_count",
    "rename_organization",
    "split_organization",
    "start_term",
]
