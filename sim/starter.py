"""The commented scenario that `wedge new` writes."""

from __future__ import annotations

import json
from pathlib import Path

from .errors import WedgeError
from .scenario import shipped

TEXT = """\
# yaml-language-server: $schema={schema}
# A scenario of your own. Check it with `wedge check`, run it with `wedge run`.
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
      policies: {{japan: {{russia: {{policy: fixed, stance: -0.4}}}}}}

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
  parameters.isolation.weight: {{uniform: [0.0, 1.5]}}
"""


def write_starter(file: Path) -> None:
    """Write the starter to a new file. Raises WedgeError where it exists or cannot be written."""
    from .policies import policies

    if file.suffix not in (".yaml", ".yml"):
        raise WedgeError(f"{file}: a scenario file ends in .yaml")
    title = file.stem.replace("_", " ").replace("-", " ").capitalize()
    text = TEXT.format(
        schema=shipped() / "scenario.schema.json", title=json.dumps(title), policies=", ".join(policies())
    )
    try:
        with file.open("xb") as opened:
            opened.write(text.encode("utf-8", "replace"))
    except FileExistsError:
        raise WedgeError(f"{file} exists already; nothing was written") from None
    except (OSError, ValueError) as error:
        raise WedgeError(f"{file}: cannot be written ({getattr(error, 'strerror', error)})") from None
