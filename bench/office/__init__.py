"""An office worker, simulated: the raw events that a desktop and a browser would report of a day of work."""
