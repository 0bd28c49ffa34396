"""Villages and groups as clerks write them: without 村, with the township before, with a sign that sounds alike."""

from __future__ import annotations

import re

from forms.casework.areas import GROUP, VILLAGE, Areas
from forms.casework.names import Names
from forms.register.lenient import Flaw, Wrong, group_number, plainly

_ENDS = re.compile(r"(村民委员会|村委会|居委会|委员会|村|社区|居|街道)$")


class Places:
    """The areas of a township, found by what people call them; only those below `top` may be written into."""

    def __init__(self, areas: Areas, names: Names, top: str) -> None:
        self._areas, self.names = areas, names
        self._top = areas.label(areas.township(top) or top)
        self._own = frozenset((*areas.below(top), top))
        self._villages = {
            code: self._bare(areas.label(code))
            for code in areas.below(areas.township(top) or top)
            if _level(areas, code) == VILLAGE
        }

    def _bare(self, text: str) -> str:
        """A village's name without its township before and its kind behind."""
        return _ENDS.sub("", _ENDS.sub("", plainly(text).removeprefix(self._top)))

    def parted(self, text: str) -> tuple[str, str]:
        """Village and group written as one, such as `石桥村3组`; the text and "" where it begins with no village."""
        plain = plainly(text).removeprefix(self._top)
        for name in sorted(self._villages.values(), key=len, reverse=True):
            found = re.fullmatch(rf"({re.escape(name)}(?:村|社区|居委会|村委会)?)(第?.{{1,4}}[组队社屯])", plain)
            if name and found:
                return found[1], found[2]
        return text, ""

    def village(self, text: str) -> str | Wrong:
        """The code of the village; one wrong sign is forgiven where it sounds the same and only one village fits."""
        bare = self._bare(text)
        exact = [code for code, name in self._villages.items() if name == bare]
        if bare and not exact:
            exact = [code for code, name in self._villages.items() if self._sounds(name, bare)]
        own = [code for code in self._villages if code in self._own]
        if not bare and len(own) == 1:
            exact = own
        if len(exact) != 1:
            return Wrong(Flaw.VILLAGE_UNKNOWN)
        return exact[0] if exact[0] in self._own else Wrong(Flaw.VILLAGE_OTHER)

    def _sounds(self, one: str, other: str) -> bool:
        if len(one) != len(other) or sum(a != b for a, b in zip(one, other, strict=True)) != 1:
            return False
        return bool(set(self.names.keys(one).full) & set(self.names.keys(other).full))

    def group(self, village: str, text: str) -> str | Wrong:
        """The code of the group of `village`; the village itself where no group is written."""
        if not plainly(text):
            return village
        number = group_number(text)
        label = self._areas.label(village)
        for code in self._areas.children(village):
            if _level(self._areas, code) != GROUP:
                continue
            own = self._areas.label(code).removeprefix(label)
            if own == plainly(text) or (number and group_number(own) == number):
                return code
        return Wrong(Flaw.GROUP_UNKNOWN)


def _level(areas: Areas, code: str) -> str:
    found = areas.get(code)
    return found.level if found else ""
