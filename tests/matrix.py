"""Who may do what, by hand: the matrix of access in plain Python, in another order than the rules, as an oracle."""

from glasswork.govern.decide import Act, Dataset, Session, SessionRole
from glasswork.policy.purposes import DENIED_ROOT, within
from glasswork.schema.words import Scope, Zone


def forbidden(session: Session, dataset: Dataset, purpose: str, minimum_people: int) -> bool:
    """What nothing can permit."""
    theirs = session.role is SessionRole.OWNER and dataset.owner != "" and session.principal == dataset.owner
    job = session.role is SessionRole.JOB
    acting = session.role is SessionRole.JOB and dataset.owner != "" and session.acts_for == dataset.owner
    trains = dataset.purposes & {"train_computer_use_agents", "train_models", "evaluate_models"}
    if purpose == "release" and (dataset.scope is Scope.SELF or dataset.people < minimum_people or not trains):
        return True
    if purpose == "personal_use" and not theirs:
        return True
    if dataset.scope is Scope.SELF and not (theirs or acting):
        return True
    if job and dataset.scope is Scope.PROGRAMME and (dataset.owner or session.acts_for):
        return True
    return session.environment != dataset.zone or within(purpose, DENIED_ROOT)


def permitted(session: Session, act: Act, dataset: Dataset, purpose: str) -> bool:
    """What the permits let through, where nothing forbids it."""
    mine = dataset.owner != "" and session.principal == dataset.owner and dataset.people == 1
    match session.role, act:
        case SessionRole.JOB, Act.OPEN:
            reads = {"admit": "actions", "refine": "actions", "assemble": "episodes", "release": "datasets"}
            return reads.get(purpose) == dataset.zone
        case SessionRole.JOB, Act.PROMOTE:
            return {"refine": "actions", "assemble": "episodes"}.get(purpose) == dataset.zone
        case SessionRole.OWNER, Act.PROMOTE:
            return mine and dataset.zone is Zone.EPISODES and purpose == "personal_use" and purpose in dataset.purposes
        case SessionRole.OWNER, Act.OPEN:
            return mine and (purpose == "rights_request" or (purpose == "personal_use" and purpose in dataset.purposes))
        case SessionRole.OWNER, Act.ERASE:
            return mine and purpose == "rights_request"
        case SessionRole.PRIVACY_OFFICER, Act.OPEN:
            return purpose in ("rights_request", "incident")
        case SessionRole.PRIVACY_OFFICER, Act.ERASE:
            return purpose == "rights_request"
        case _:
            return False


def allowed(session: Session, act: Act, dataset: Dataset, purpose: str, minimum_people: int) -> bool:
    """Whether a cell of the matrix is open."""
    return permitted(session, act, dataset, purpose) and not forbidden(session, dataset, purpose, minimum_people)
