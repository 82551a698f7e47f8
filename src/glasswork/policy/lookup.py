"""What the device asks of a policy while it records: is this program, this site, this hour listed?"""

from datetime import datetime

from glasswork.policy.model import App, Day, Policy, Site, name_of_executable


def app_of(policy: Policy, executable: str) -> App | None:
    """The listed app of this program (a path, a base name, or a process name in a recording), if it is listed."""
    name = name_of_executable(executable)
    for app in policy.apps:
        if name in map(name_of_executable, app.executables):
            return app
    return None


def site_of(policy: Policy, host: str) -> Site | None:
    """The listed site of this host, with or without a port, if it is listed. Subdomains are hosts of their own."""
    host = host.casefold()
    name = host.partition(":")[0]
    return next((site for site in policy.sites if site.host in (host, name)), None)


def in_schedule(policy: Policy, local: datetime) -> bool:
    """Whether the policy's schedule covers `local`, a time of the participant's own clock."""
    schedule = policy.schedule
    return list(Day)[local.weekday()] in schedule.days and schedule.from_hour <= local.hour < schedule.to_hour
