"""How a person's hands move: uneven gaps between keys, curved pointer paths that speed up and slow down."""

import math
from dataclasses import dataclass
from random import Random

from glasswork.cli.demo.windows import Box

Point = tuple[int, int]


@dataclass
class Pace:
    """Durations in seconds, drawn from `random`, times `scale`: 1.0 is in a hurry, 4.0 an ordinary office day."""

    random: Random
    scale: float = 1.0

    def key(self) -> float:
        """From one key to the next: log-normal, as measured typing is."""
        return self.scale * min(0.35, self.random.lognormvariate(math.log(0.022), 0.4))

    def pause(self, seconds: float) -> float:
        """About so long."""
        return self.scale * seconds * self.random.uniform(0.9, 1.15)

    def path(self, start: Point, end: Point, step: float) -> list[Point]:
        """Points from after `start` up to `end`, `step` pixels apart on average.

        A minimum-jerk profile (10t³ − 15t⁴ + 6t⁵; Flash and Hogan, 1985) along a line that bulges a little.
        """
        across, down = end[0] - start[0], end[1] - start[1]
        count = max(2, round(math.hypot(across, down) / step))
        bulge = self.random.uniform(-0.08, 0.08)
        points: list[Point] = []
        for i in range(1, count + 1):
            t = i / count
            along = t**3 * (10 - 15 * t + 6 * t * t)
            aside = bulge * math.sin(math.pi * along)
            points.append(
                (
                    round(start[0] + across * along - down * aside),
                    round(start[1] + down * along + across * aside),
                )
            )
        return points

    def aim(self, box: Box) -> Point:
        """Somewhere near the middle of a box."""
        left, top, width, height = box
        return (
            round(left + width * self.random.uniform(0.4, 0.6)),
            round(top + height * self.random.uniform(0.4, 0.6)),
        )
