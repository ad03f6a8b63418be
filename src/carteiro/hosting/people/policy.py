"""What superadmins decide for the whole host: a closed set of named values, each with a type and a default."""

from dataclasses import asdict, dataclass, fields

from carteiro.hosting import texts
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes, differences
from carteiro.hosting.models import Policy
from carteiro.words import N_


@dataclass(frozen=True)
class Policies:
    """All policies, with what counts where nobody decided."""

    second_factor_superadmins: bool = False  # who has none must set one up at the next sign-in
    second_factor_domain_admins: bool = False
    second_factor_users: bool = False
    password_score: int = 2  # 0 to 4, as zxcvbn rates guesses: 10^3, 10^6, 10^8, 10^10, more
    idle_minutes: int = 60  # after so many without a click a session ends
    session_hours: int = 12  # after so many a session ends in any case


_RANGES = {"password_score": (0, 4), "idle_minutes": (5, 24 * 60), "session_hours": (1, 30 * 24)}


def get() -> Policies:
    """The policies of this host; what another release stored counts as far as it is known."""
    with translated():
        stored = dict(Policy.objects.values_list("name", "value"))
    return Policies(**{field.name: stored[field.name] for field in fields(Policies) if field.name in stored})


def set_(actor: Actor, **values: bool | int) -> Policies:
    """Change what is given and nothing else."""
    require(actor, Right.MANAGE_HOST, thing=N_("the policies"))
    with changes(actor) as ledger:
        before = asdict(get())
        for name, value in values.items():
            _check(name, value)
            Policy.objects.update_or_create(name=name, defaults={"value": value})
        old, new = differences(before, before | values)
        if new:
            ledger.note(Action.SET, Kind.POLICY, 0, "policies", "", before=old, after=new)
    return get()


def _check(name: str, value: object) -> None:
    known = {field.name: field.default for field in fields(Policies)}
    if name not in known or type(value) is not type(known[name]):
        raise Invalid(N_("There is no policy {name} with the value {value}."), name=name, value=value)
    if name not in _RANGES:
        return
    least, most = _RANGES[name]
    if not least <= texts.amount(name, int(str(value))) <= most:
        raise Invalid(
            N_("{field} can't be {value}."),
            N_("Give a number from {least} to {most}."),
            field=name,
            value=value,
            least=least,
            most=most,
        )
