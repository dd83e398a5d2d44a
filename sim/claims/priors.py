"""What the form of the model leans to, whatever its numbers: printed beside every ledger.

The same sentences stand in docs/model.md, "Structural priors"; a test compares them.
"""

STRUCTURAL_PRIORS = (
    "Without counter-binding and emboldenment accommodation of the target can hardly *raise* alignment between target "
    "and adversary. Both are swept from 0 up in the default scenario.",
    "Punishing teaches little: by size, sanctions of the West alone are about a fifth of what all others could do.",
    "Effects of a small power are small where size counts (`setting.size_exponent` near 1), in punishing as in wooing.",
    "Cohesion contains the sanctions that a policy sets; that a firm line raises cohesion is arithmetic. What is not: "
    "others' reactions, and commitment.",
    "The front is never defined through a stance or through the divider's own alignment.",
)
