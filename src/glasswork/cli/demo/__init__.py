"""The demo's world: a private desktop, a scripted worker who drives it from outside, and the same day on paper.

Everything the worker reads, types or opens is invented here. The recorder takes no part in this package.
"""
