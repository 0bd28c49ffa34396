"""What a clerk proposes a supervisor approves on another computer, and everybody sees it on the hub's page."""

from pathlib import Path

import pytest
import requests
from office_data import fill_office
from office_world import TOWNSHIP, at, office_world
from service_world import PASSPHRASE

from desktop.services.filling.filling import named
from desktop.services.overview.opinion_values import OpinionFilter, Ruling
from desktop.services.overview.publication_values import Form, PublishOrder, Stage
from sync.protocol import Role

ORDER = PublishOrder(Form.BOARD, "2026-08", "2026-10")


def look(url: str, path: str = "/public", **options: object) -> requests.Response:
    """As a browser without any login; the certificate is the hub's own."""
    return requests.get(f"{url}{path}", verify=False, timeout=20, **options)  # type: ignore[arg-type]  # noqa: S501


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_from_one_computer_to_the_other_and_to_everybody(tmp_path: Path) -> None:
    with office_world(tmp_path, villages=0) as world:
        second = world.invited("second", TOWNSHIP, Role.SUPERVISOR, user="赵平")
        empty = look(world.url)
        assert (empty.status_code, "还没有公开的内容" in empty.text) == (200, True)
        with world.office() as desk:
            opening = desk.filling.start("opinion")
            answers = {"topic": "H", "stance": "worry", "text": "王书记说路灯不归他管", "people": "3"}
            answers |= {"source": "visit", "area": "99062110120101", "named": "no", "reply": "no"}
            for name, value in answers.items():
                opening.session.set(named(opening.form, name), value)
            opinion = desk.filling.finish(opening).instance_id
            fill_office(desk.context.store, requests=900, months=12, today=desk.context.today())
            desk.opinions.decide(opinion, Ruling.PUBLISH, text="路灯<b>不亮</b>", answer="下周修")
            made = desk.publication.propose(ORDER)
            desk.hand_over.run()
        assert made.draft.title not in look(world.url).text
        with at(second) as desk:
            desk.hand_over.run()
            assert [row.published for row in desk.opinions.page(OpinionFilter(Ruling.PUBLISH)).rows] == [
                "路灯<b>不亮</b>"
            ]
            assert {each.form_id for each in desk.context.store.arrivals.list()} <= {"opinion"}  # no village's batch
            (seen,) = desk.publication.list()
            assert (seen.id, seen.stage, seen.made_by) == (made.id, Stage.PROPOSED, "林晓")
            assert desk.publication.approve(made.id, approver="赵平", passphrase=PASSPHRASE).stage is Stage.APPROVED
            desk.hand_over.run()
        page = look(world.url, headers={"Accept-Language": "zh"})
        assert made.draft.title in page.text
        assert "路灯&lt;b&gt;不亮&lt;/b&gt;" in page.text
        assert "王书记" not in page.text
        assert "石桥村" in page.text
        assert "Shiqiao Village" in look(world.url, "/public?lang=en").text
        assert ("script" in page.text.lower(), page.cookies.get_dict()) == (False, {})
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        data = look(world.url, f"/public/{made.id}.csv")
        assert data.headers["Content-Type"].startswith("text/csv")
        assert data.content.decode("utf-8-sig").splitlines()[-1].endswith(str(made.draft.total))
        with world.office() as desk:
            assert desk.publication.list()[0].stage is Stage.APPROVED
            desk.publication.withdraw(made.id, reason="数不对")
            desk.hand_over.run()
        assert made.draft.title not in look(world.url).text
        assert look(world.url, f"/public/{made.id}.csv").status_code == 404
        with at(second) as desk:
            desk.hand_over.run()
            assert desk.publication.list()[0].stage is Stage.WITHDRAWN
            fill_office(desk.context.store, requests=900, months=12, today=desk.context.today())
            again = desk.publication.propose(ORDER)
            desk.hand_over.run()
        with world.office() as desk:
            (proposed,) = [each for each in desk.publication.list() if each.stage is Stage.PROPOSED]
            assert (proposed.id, proposed.made_by) == (again.id, "赵平")
            assert desk.publication.approve(again.id, approver="林晓", passphrase=PASSPHRASE).public
            desk.hand_over.run()
        assert again.draft.title in look(world.url).text
