"""The planner against power, binomial chances by hand, and the command."""

from __future__ import annotations

import pytest
from scipy import stats

from pipeline.statistics.planning import design_effect, sd_of_change, survey_precision
from tests.conftest import CommandLine


def test_ten_persons_asked() -> None:
    found = survey_precision(10, sd_change=9.0, pair_share=0.8, min_cell=5)
    assert found.pairs == 8
    # 8 pairs, SD 9: t quantile .975 with 7 df 2.364624
    assert found.half_width == pytest.approx(2.364624 * 9 / 8**0.5, abs=1e-5)
    assert found.hidden == pytest.approx(stats.binom.cdf(4, 10, 0.8) - 0.2**10)
    assert found.empty == pytest.approx(0.2**10)
    assert found.unsplit == 1


def test_detectable_change_has_80_percent_power() -> None:
    found = survey_precision(40, sd_change=9.0, pair_share=0.75, min_cell=5)
    assert found.detectable is not None
    critical = stats.t.ppf(0.975, 29)
    noncentrality = found.detectable / 9 * 30**0.5
    power = stats.nct.sf(critical, 29, noncentrality) + stats.nct.cdf(-critical, 29, noncentrality)
    assert power == pytest.approx(0.8, abs=1e-6)


def test_nobody_asked_and_nobody_lost() -> None:
    nobody = survey_precision(0, 9.0, 0.8, 5)
    assert (nobody.pairs, nobody.detectable, nobody.half_width, nobody.hidden) == (0, None, None, 0)
    everybody = survey_precision(20, 9.0, 1.0, 5)
    assert (everybody.pairs, everybody.hidden, everybody.unsplit) == (20, 0, 0)


def test_spread_of_a_change_and_of_clusters() -> None:
    assert sd_of_change(10, 0.5) == 10
    assert sd_of_change(10, 0.68) == pytest.approx(8)
    # 10 and 30 persons: a person's municipality has (100 + 900)/40 = 25 on average.
    assert design_effect([10, 30], 0.05) == pytest.approx(1 + 24 * 0.05)
    assert design_effect([], 0.05) == 1


@pytest.mark.parametrize(("sd", "share"), [(0.0, 0.8), (9.0, 0.0), (9.0, 1.2)])
def test_impossible_input_is_refused(sd: float, share: float) -> None:
    with pytest.raises(ValueError, match="share above 0"):
        survey_precision(10, sd, share, 5)


def test_the_command(ieguvumi: CommandLine) -> None:
    done = ieguvumi("plan-survey", "Liepāja=12", "30", "--sd", "10", "--correlation", "0.5", "--paired", "1")
    lines = done.stdout.splitlines()
    assert lines[1].split()[:3] == ["Liepāja", "12", "12"]
    assert lines[2].split()[:4] == ["no.", "2", "30", "30"]
    assert lines[3].split()[:3] == ["programme", "42", "42"]
    # 12 pairs, SD 10: 2.200985·10/sqrt(12)
    assert lines[1].split()[4] == "6.4"


@pytest.mark.slow  # a process of its own
def test_a_number_that_is_none_is_one_line(ieguvumi: CommandLine) -> None:
    done = ieguvumi("plan-survey", "Liepāja=many", check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == "ieguvumi: `Liepāja=many` is no number of persons; write 12 or Liepāja=12"
