"""The panels beside the timeline: what would be recorded now, sending, what was sent, and the policy's schedule."""

from html import escape

from glasswork.device import control, send
from glasswork.device import hold as holds
from glasswork.device.errors import AgentAbsent, AgentSilent
from glasswork.device.hold import State
from glasswork.device.review.deeds import Desk
from glasswork.device.send.by_itself import DELAYS_H
from glasswork.policy.model import Day
from glasswork.schema.errors import GlassworkError


def hidden(secret: str, day: str = "", page: int = 0) -> str:
    """What each form carries: the form's secret, and where to come back to."""
    fields = {"form": secret, "day": day, "page": str(page)}
    return "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())


def now(desk: Desk, secret: str, *, alone: bool = False) -> str:
    """What the recorder would take of the window in front, and the buttons that stop it."""
    try:
        answer = control.ask(desk.hold.folder, "now")
        state = str(answer.get("state", "off")) if answer.get("ok") else "off"
        told = str(answer.get("words") or answer.get("message") or "")
    except AgentAbsent:
        state, told = "off", "No recorder runs, so nothing would be recorded."
    except AgentSilent as error:
        state, told = "silent", str(error)
    form = hidden(secret)
    button = ""
    if state == "paused":
        button = f'<form method="post" action="/resume">{form}<button>Resume</button></form>'
    elif state != "off":
        button = f'<form method="post" action="/pause">{form}<button>Pause</button></form>'
    level = "h1" if alone else "h2"
    more = (
        ""
        if alone
        else f"""<form method="post" action="/forget">{form}<label>Forget the last
<input name="minutes" type="number" min="1" max="10080" value="5" required> minutes</label>
<button class="danger">Forget</button></form><p><a href="/now">Watch it live, beside another window</a></p>"""
    )
    return f"""<section class="now {escape(state)}" aria-labelledby="now">
<{level} id="now">What would be recorded now?</{level}>
<p><b>{escape(state)}</b> {escape(told)}</p><div class="row">{button}{more}</div></section>"""


def sending(desk: Desk, secret: str) -> str:
    """Send now, or let it send by itself."""
    chosen = send.choice(desk.hold.folder)
    form = hidden(secret)
    waiting = holds.waiting(desk.hold)
    under_way = [batch for batch in waiting if batch.state is not State.REFUSED]
    told = ""
    if under_way:
        actions = sum(batch.actions for batch in under_way)
        told += f"<p>Sealed and on the way: {len(under_way)} batches, {actions} actions. They go first.</p>"
    if refused := len(waiting) - len(under_way):
        told += f"<p>Refused by the service, and kept here until they expire: {refused} batches.</p>"
    delays = "".join(
        f'<option value="{hours}"{" selected" if hours == chosen.after_hours else ""}>{_delay(hours)}</option>'
        for hours in sorted({*DELAYS_H, chosen.after_hours})
    )
    choices = "".join(
        f'<label><input type="radio" name="by_itself" value="{value}"{" checked" if on == chosen.by_itself else ""}>'
        f" {label}</label>"
        for value, on, label in (("off", False, "Only when I press the button"), ("on", True, "By itself, day by day"))
    )
    return f"""<section aria-labelledby="sending"><h2 id="sending">Sending</h2>{told}
<form method="post" action="/send">{form}<button class="primary">Send all that is not withheld</button></form>
<form method="post" action="/by-itself">{form}<fieldset><legend>How it is sent</legend>{choices}
<label>after the end of a day, wait <select name="after_hours">{delays}</select></label></fieldset>
<button>Save</button></form></section>"""


def sent(desk: Desk) -> str:
    """What has left, by day of the work."""
    rows = "".join(
        f"<tr><th scope=row>{day.day}</th><td>{day.batches}</td><td>{day.actions}</td><td>{day.bytes}</td></tr>"
        for day in reversed(holds.sent(desk.hold))
    )
    table = f"""<table><thead><tr><th scope="col">Day of the work</th><th scope="col">Batches</th>
<th scope="col">Actions</th><th scope="col">Bytes</th></tr></thead><tbody>{rows}</tbody></table>"""
    told = table if rows else "<p>Nothing yet.</p>"
    return f'<section aria-labelledby="sent"><h2 id="sent">Sent</h2>{told}</section>'


def schedule(desk: Desk) -> str:
    """When the policy in force lets the recorder record."""
    try:
        policy = send.policy(desk.hold.folder).policy
    except GlassworkError as error:
        told = f"<p>{escape(str(error))}</p>"
    else:
        planned = policy.schedule
        days = "every day" if len(planned.days) == len(Day) else ", ".join(day.capitalize() for day in planned.days)
        told = f"""<dl><dt>Days</dt><dd>{days}</dd>
<dt>Hours</dt><dd>{planned.from_hour:02}:00 to {planned.to_hour:02}:00, by your clock</dd>
<dt>Share of sessions recorded</dt><dd>{policy.sampling_share:.0%}</dd>
<dt>Unsent work is deleted after</dt><dd>{policy.hold_days} days</dd>
<dt>The policy ends</dt><dd>{policy.expires:%Y-%m-%d}</dd></dl>"""
    return f'<section aria-labelledby="schedule"><h2 id="schedule">Schedule of the policy</h2>{told}</section>'


def _delay(hours: int) -> str:
    if hours and hours % 24 == 0:
        return "1 day" if hours == 24 else f"{hours // 24} days"
    return "1 hour" if hours == 1 else f"{hours} hours"
