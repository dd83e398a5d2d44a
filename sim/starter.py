"""The commented scenarios that `wedge new` writes: a difference over `base`, or one from nothing."""

from __future__ import annotations

import json
from pathlib import Path

from .errors import WedgeError

SCHEMA = "scenario.schema.json"
"""The schema that editors check scenario files by, as the shipped scenarios have it."""

TEXT = """\
{schema}# A scenario of your own. Check it with `wedge check`, run it with `wedge run`.
# It extends the shipped scenario `base`, so it only says what is different; write `null` after a
# name to remove something that `base` has. `wedge describe` lists every parameter.
format: 1
extends: base
title: {title}
description: What this scenario is about, in a sentence or two.

# Dates are 2014, 2014Q2, 2014-05 or 2014-05-18; steps are months, quarters or years.
start: 2012Q1
end: 2022Q1
step: quarter
runs: 1000
seed: 1

# The question that the closing sentence answers: an outcome, and what to compare it with. Each
# alternative under `against` is a difference over this file, run on equal luck.
question:
  text: Does it matter for a Sino-Russian front how Tokyo treats Moscow?
  outcome: front
  against:
    confront:
      title: Tokyo confronts Moscow
      policies: {{japan: {{russia: {{policy: fixed, stance: {{value: -0.4, source: assumed}}}}}}}}

# What governments do. Without a policy an actor follows routine: its disposition and reciprocity.
# Policies: {policies}.
policies:
  japan:
    russia:
      policy: fixed
      stance:
        value: 0.4
        why: say why you chose a number,
        source: assumed      # and where it comes from, or that it is assumed

# Dated changes: `set` or `add` to a parameter (for good, or until a date), or move the state once.
events:
  annexation:
    at: 2014-03
    label: Annexation
    source: assumed
    add: {{violation.russia: 1.0}}

# Numbers that differ from run to run: `plausible` (the declared range), or a distribution.
uncertainties:
  source: assumed
  parameters.isolation.weight: {{uniform: [0.0, 1.5]}}
"""


BLANK = """\
{schema}# A scenario that extends nothing: three actors with made-up names, all numbers assumed. Put yours in
# their place. `wedge check` tells every fault, `wedge describe` what each parameter means.
format: 1
title: {title}
start: 2020Q1      # 2020, 2020Q1, 2020-02 or 2020-02-18
end: 2025Q1
step: quarter      # or month, or year
runs: 1000
seed: 1

actors:
  # two or more; names in small letters. Capability: power, in whatever unit, the same for all
  alpha: {{title: Alpha, capability: {{value: 0.3, source: assumed}}}}
  beta: {{title: Beta, capability: {{value: 0.1, source: assumed}}}}
  gamma: {{title: Gamma, capability: {{value: 0.3, source: assumed}}}}

ties:
  # who plays which part; there are also flashpoints and disputes. Leave out what there is not
  wedges:
    # a divider woos a target away from an adversary
    courtship: {{divider: alpha, target: beta, adversary: gamma}}
  alliances:
    # a patron guarantees a client; the client may hedge toward the patron's rivals
    pact: {{patron: gamma, client: beta, rivals: [alpha], commitment: {{value: 0.7, source: assumed}}}}

initial:
  # how each pair stands at the start, -1 hostile camps to 1 integrated allies; each pair once
  alignment:
    source: assumed
    alpha: {{beta: 0.0, gamma: -0.4}}
    beta: {{gamma: 0.6}}
  # what each (row) offers or denies each other, -1 to 1
  engagement:
    source: assumed
    alpha: {{beta: 0.0, gamma: -0.4}}
    beta: {{alpha: 0.0, gamma: 0.6}}
    gamma: {{alpha: -0.4, beta: 0.6}}

parameters:
  # everything else has a default; `wedge describe parameters` lists it
  setting:
    # how near each pair is, 0 to 1; each pair once
    proximity:
      source: assumed
      alpha: {{beta: 0.7, gamma: 0.3}}
      beta: {{gamma: 0.3}}
    # what each (row) gains from each other (trade, loans, arms), as a share; at most 1 a row
    opportunity:
      source: assumed
      alpha: {{beta: 0.1, gamma: 0.2}}
      beta: {{alpha: 0.2, gamma: 0.3}}
      gamma: {{alpha: 0.2, beta: 0.1}}

outcomes:
  # what is measured; `wedge describe outcomes` lists the measures
  beta_gamma: {{measure: alignment, pair: [beta, gamma]}}

policies:
  # who does what toward whom; without a policy an actor follows routine. Policies:
  # {policies}
  alpha:
    beta: {{policy: fixed, stance: {{value: 0.5, why: say why, source: assumed}}}}

question:
  # answered by an outcome, held against alternatives on equal luck; null removes what stands above
  text: Does Alpha's courtship loosen Beta's tie to Gamma?
  outcome: beta_gamma
  against:
    no_courtship: {{title: Alpha goes on as before, policies: null}}

uncertainties:
  # numbers that differ from run to run: a distribution, or `plausible` (the declared range)
  source: assumed
  parameters.balance.weight: {{uniform: [0.0, 1.0]}}
  parameters.isolation.weight: plausible
  parameters.norms.counter_binding: plausible
"""


def write_starter(file: Path, *, blank: bool = False) -> None:
    """Write the starter, or the one that extends nothing (`blank`), to a new file.

    Raises WedgeError where it exists or cannot be written.
    """
    from .policies import policies

    if file.suffix not in (".yaml", ".yml"):
        raise WedgeError(f"{file}: a scenario file ends in .yaml")
    title = file.stem.replace("_", " ").replace("-", " ").capitalize()
    text = (BLANK if blank else TEXT).format(
        schema=_schema(file), title=json.dumps(title), policies=", ".join(policies())
    )
    try:
        with file.open("xb") as opened:
            opened.write(text.encode("utf-8", "replace"))
    except FileExistsError:
        raise WedgeError(f"{file} exists already; nothing was written") from None
    except (OSError, ValueError) as error:
        raise WedgeError(f"{file}: cannot be written ({getattr(error, 'strerror', error)})") from None


def _schema(file: Path) -> str:
    """The line by which an editor finds the schema beside a file, as `wedge schema` prints it; '' without one."""
    beside = (file.parent / SCHEMA).is_file()
    return f"# yaml-language-server: $schema=./{SCHEMA}\n" if beside else ""
