"""Use cases of spreadsheets in and out, and of a person's own data, as pages and commands see them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from desktop.services.people.privacy_values import OwnData, Reason
from desktop.services.sheets.department_values import WorkbookFilled, WorkbookLook, WorkbookOrder
from desktop.services.sheets.export_values import ExportColumn, Exported, ExportOrder, ExportPreview
from desktop.services.sheets.import_values import Columns, Imported, ImportOrder, ImportRun, Looked, Undoing, Undone
from desktop.services.sheets.schemes import Scheme
from desktop.services.values import Fact, Progress
from forms.export.department import Filled
from forms.foreign.mapping import WorkbookMap
from sync.store.api import Erased


class Departments(Protocol):
    """Departments' own workbooks; see `desktop.services.sheets.department`."""

    def look(self, workbook: Path, *, sheet: str = "", lines: str = "") -> WorkbookLook:
        """Its headings and the map from before, or a suggested one; `lines`: what one line is."""
        ...

    def preview(self, order: WorkbookOrder, *, cancelled: Callable[[], bool] | None = None) -> Filled: ...
    def remember(self, look: WorkbookLook, mapping: WorkbookMap) -> None: ...

    def write_map(self, look: WorkbookLook, to: Path) -> None: ...
    def fill(
        self,
        order: WorkbookOrder,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> WorkbookFilled: ...


class Importing(Protocol):
    """Existing registers; see `desktop.services.sheets.importing`."""

    def suggest(self, form: str, file: Path) -> WorkbookMap: ...
    def write_map(self, mapping: WorkbookMap, to: Path) -> None: ...
    def columns(self, form: str, file: Path) -> Columns: ...
    def look(self, order: ImportOrder) -> Looked: ...
    def take(self, looked: Looked, *, count: int = ...) -> Progress: ...
    def finish(self, looked: Looked) -> Imported: ...
    def run(
        self,
        order: ImportOrder,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Imported: ...
    def list(self) -> tuple[ImportRun, ...]: ...
    def look_back(self, run: int) -> Undoing: ...
    def take_back(self, undoing: Undoing, *, count: int = ...) -> Progress: ...
    def taken_back(self, undoing: Undoing) -> Undone: ...


class Privacy(Protocol):
    """What a person may ask for about themselves; see `desktop.services.people.privacy`."""

    def reveal(self, instance_id: str) -> tuple[Fact, ...]: ...
    def own(self, uuid: str) -> OwnData: ...
    def export(self, uuid: str, target: Path) -> Path: ...
    def erase(self, uuid: str, *, reason: Reason, copy_given: bool = False) -> Erased: ...


class Schemes(Protocol):
    """Exports kept under names."""

    def list(self) -> tuple[Scheme, ...]: ...
    def keep(self, scheme: Scheme) -> None: ...
    def forget(self, name: str) -> None: ...


class Exporting(Protocol):
    def run(
        self,
        order: ExportOrder,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Exported: ...
    def preview(self, order: ExportOrder, *, limit: int = 6) -> ExportPreview:
        """The first rows as the file would have them; nothing is written, and of the full level nothing is shown."""
        ...

    def columns(self, what: str) -> tuple[ExportColumn, ...]:
        """The columns of the main sheet, in its order."""
        ...
