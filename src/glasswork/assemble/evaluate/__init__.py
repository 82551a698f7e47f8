"""Evaluate: what a data set teaches, measured with a small model of the next action (docs/evaluating.md).

from glasswork.assemble.evaluate.built import evaluate      # a data set in the vault
from glasswork.assemble.evaluate.report import measure      # records that are there already
"""
