"""The use cases on one connection, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.services.context import Context
from desktop.services.exchange.bundles import BundlesDesk
from desktop.services.exchange.handing_over import HandOverDesk
from desktop.services.exchange.sent_back import sent_back
from desktop.services.filling.batch import Batch
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.forms import FormsDesk
from desktop.services.filling.records import RecordsDesk
from desktop.services.filling.reported import ReportedDesk
from desktop.services.filling.sealing import SealingDesk
from desktop.services.keeping.month import this_month
from desktop.services.keeping.settings import SettingsDesk
from desktop.services.keeping.today_values import AuditReport, Today
from desktop.services.office.inbox import InboxDesk
from desktop.services.office.remembered import RememberedDesk
from desktop.services.office.review import ReviewDesk
from desktop.services.overview.opinions import OpinionsDesk
from desktop.services.overview.overview import OverviewDesk
from desktop.services.overview.publication import PublicationDesk
from desktop.services.overview.releasing import Releasing
from desktop.services.paper.printing import PrintingDesk
from desktop.services.people.emergency import EmergencyDesk
from desktop.services.people.entities import EntitiesDesk
from desktop.services.people.people import PeopleDesk
from desktop.services.people.privacy import PrivacyDesk
from desktop.services.people.registering import RegisteringDesk
from desktop.services.people.visiting import VisitingDesk
from desktop.services.requests.requests import RequestsDesk
from desktop.services.rights import Use
from desktop.services.sheets.department import DepartmentDesk
from desktop.services.sheets.exporting import ExportDesk
from desktop.services.sheets.importing import ImportDesk
from desktop.services.sheets.schemes import SchemesDesk
from desktop.services.trying.training import TrainingDesk
from desktop.services.values import BoardFilter, Me, Tab
from sync.protocol import Role

FEW = 20  # lines of a list on the page of the day
NEXT = 5  # requests whose time ends first, on the page of an office's day


@dataclass(frozen=True, slots=True)
class TheDesk:
    """See `api.Desk`. `forget` takes it off its workspace's list when it is closed."""

    context: Context
    people: PeopleDesk
    forms: FormsDesk
    filling: FillingDesk
    records: RecordsDesk
    entities: EntitiesDesk
    requests: RequestsDesk
    hand_over: HandOverDesk
    bundles: BundlesDesk
    exports: ExportDesk
    departments: DepartmentDesk
    imports: ImportDesk
    schemes: SchemesDesk
    settings: SettingsDesk
    privacy: PrivacyDesk
    sealing: SealingDesk
    overview: OverviewDesk
    opinions: OpinionsDesk
    publication: PublicationDesk
    remembered: RememberedDesk
    inbox: InboxDesk
    review: ReviewDesk
    registering: RegisteringDesk
    visiting: VisitingDesk
    emergency: EmergencyDesk
    printing: PrintingDesk
    training: TrainingDesk
    reported: ReportedDesk
    forget: Callable[[TheDesk], None]

    @property
    def me(self) -> Me:
        return self.context.me

    def today(self) -> Today:
        """The work list of the day."""
        self.context.actor.require(Use.SEE_REQUESTS)
        counts = self.requests.counts()
        recorded, told = this_month(self.context)
        role = self.context.actor.role
        village, department = role is Role.VILLAGE, role is Role.DEPARTMENT
        work = Tab.IN_PROGRESS if department else Tab.OPEN  # what it answered waits for the village
        return Today(
            to_tell=self.requests.board(BoardFilter(Tab.TO_TELL, limit=FEW)).rows,
            returned=self.requests.board(BoardFilter(Tab.RETURNED, limit=FEW)).rows,
            sent_back=sent_back(self.context)[:FEW],
            drafts=self.filling.drafts()[:FEW],
            hand_over=self.hand_over.status(),
            month_requests=recorded,
            month_told=told,
            overdue=counts[Tab.OVERDUE],
            to_assign=counts[Tab.TO_ASSIGN],
            open=counts[work],
            next_due=() if village else self.requests.board(BoardFilter(work, limit=NEXT)).rows,
            fresh=self.requests.fresh() if department else (),
            visits=self.visiting.due() if village else None,
        )

    def audit(self) -> AuditReport:
        """Verify the chain of the audit log, and the ends of it that the hub has signed."""
        self.context.actor.require(Use.AUDIT)
        found = self.context.store.audit.verify()
        restored = self.context.local(found.restored)
        return AuditReport(found.ok, found.entries, found.countersigned, found.broken, restored)

    def batch(self, form_id: str) -> Batch:
        """Many records of one form from answers."""
        return Batch.begin(self.filling, form_id)

    def close(self) -> None:
        self.context.store.close()
        self.forget(self)


def make_desk(context: Context, *, forget: Callable[[TheDesk], None]) -> TheDesk:
    """Every use case on one context."""
    filling, people = FillingDesk(context), PeopleDesk(context)
    requests = RequestsDesk(context, filling, people)
    exports, records = ExportDesk(context), RecordsDesk(context)
    opinions = OpinionsDesk(context, filling)
    return TheDesk(
        context=context,
        people=people,
        forms=FormsDesk(context),
        filling=filling,
        records=records,
        entities=EntitiesDesk(context),
        requests=requests,
        hand_over=HandOverDesk(context, requests),
        bundles=BundlesDesk(context),
        exports=exports,
        departments=DepartmentDesk(context, exports),
        imports=ImportDesk(context, filling),
        schemes=SchemesDesk(context),
        settings=SettingsDesk(context),
        privacy=PrivacyDesk(context, people, filling),
        remembered=RememberedDesk(context),
        inbox=InboxDesk(context, filling),
        review=ReviewDesk(context, filling),
        registering=RegisteringDesk(context, filling, people),
        visiting=VisitingDesk(context),
        emergency=EmergencyDesk(context, filling),
        printing=PrintingDesk(context, filling, records, requests),
        training=TrainingDesk(context),
        reported=ReportedDesk(context, requests),
        sealing=SealingDesk(context),
        overview=OverviewDesk(context, requests),
        opinions=opinions,
        publication=PublicationDesk(context, Releasing(context, filling), opinions),
        forget=forget,
    )
