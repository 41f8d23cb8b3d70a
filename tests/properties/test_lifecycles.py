"""Hypothesis walks every lifecycle table with random moves, roles and stale copies."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.lifecycle import APPLICATION, BADGE, State
from applications.models import Applicant, Application
from enamad_portal.kernel import audit, use_cases
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.drawing import lifecycles
from enamad_portal.kernel.errors import Conflict, Refused
from tests.applications import factories

MOVES = sorted({row.name for row in APPLICATION.transitions})
STEP = st.tuples(st.sampled_from(MOVES), st.sampled_from(list(Role)), st.booleans())


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from([state for state in State if state != State.ISSUED]), steps=st.lists(STEP, max_size=12))
def test_fsm_1_history_is_a_path_of_the_table(start, steps):
    case = _fresh_case(start)
    stale = Application.objects.get(pk=case.pk)
    for name, role, use_stale in steps:
        subject = stale if use_stale else case
        before = Application.objects.get(pk=case.pk)
        try:
            use_cases.run(APPLICATION.fire, subject, name, actor=Actor(frozenset({role}), 7), note="چون")
        except (Refused, Conflict):
            after = Application.objects.get(pk=case.pk)
            assert (after.state, after.version) == (before.state, before.version)
        else:
            case = Application.objects.get(pk=case.pk)
            assert case.version == before.version + 1
            assert role in APPLICATION.row(name, before.state).by
    rows = list(audit.history(case.subject_key))
    assert [(row.before, row.after) for row in rows] == [(a, b) for a, b in _path(start, rows)]
    assert len(rows) == case.version
    assert all((row.before, row.after) in set(APPLICATION.pairs()) for row in rows)


def _path(start, rows):
    state = start
    for row in rows:
        yield state, row.after
        state = row.after


def _fresh_case(state):
    Application.objects.all()._raw_delete("default")
    shop = factories.business(_owner())
    return factories.application(shop, state=state)


def _owner():
    return Applicant.objects.first() or factories.applicant()


@pytest.mark.parametrize("name", sorted(lifecycles()))
def test_every_state_is_reachable_and_every_target_is_a_state(name):
    table = lifecycles()[name]
    reached, edge = {table.initial}, [table.initial]
    while edge:
        state = edge.pop()
        for row in table.transitions:
            if state in row.source and row.target not in reached:
                reached.add(row.target)
                edge.append(row.target)
    assert reached == set(table.states)


def test_nothing_leaves_the_final_states():
    final = {"application": {"issued", "withdrawn", "abandoned"}, "badge": {"revoked", "cancelled", "expired"}}
    for table in (APPLICATION, BADGE):
        sources = {source for row in table.transitions for source in row.source}
        assert sources & final[table.name] == set()


def test_only_two_people_can_refuse():
    """Written by hand: the law's four eyes, not the table's."""
    confirm = APPLICATION.row("confirm_refusal", State.REFUSAL_PROPOSED)
    assert "proposed_by_someone_else" in {guard.__name__ for guard in confirm.guards}
    straight = [
        row for row in APPLICATION.transitions if row.target == State.REJECTED and State.CONTENT_REVIEW in row.source
    ]
    assert straight == []
