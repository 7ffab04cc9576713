"""A seeded sample of small changes to the rooms that decide figures: most of them must make a test fail."""

import pytest

from tests import mutants

#: The least of what docs/mutation.md states for a room.
LEAST = 0.5


@pytest.mark.slow
@pytest.mark.parametrize("room", mutants.NEAREST)
def test_most_small_changes_are_noticed(room):
    left = mutants.main(rooms=[room])
    share = 1 - len(left) / (mutants.COUNT / len(mutants.NEAREST))
    assert share >= LEAST, "\n".join(map(str, left))


def test_the_sample_is_the_same_each_time_and_every_change_changes_the_module():
    drawn = mutants.sample()
    assert drawn == mutants.sample() and len(drawn) == mutants.COUNT == len(set(drawn))
    assert drawn != mutants.sample(mutants.SEED + 1)
    for mutant in drawn:
        source = (mutants.PACKAGE / mutant.module).read_text(encoding="utf-8")
        plain = mutants.ast.unparse(mutants.ast.parse(source))
        changed = mutants.mutated(mutant, source)
        assert changed != plain and changed.count("\n") == plain.count("\n")
