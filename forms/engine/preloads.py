"""jr:preload: values that the device knows."""

from __future__ import annotations

from forms.api import Environment
from forms.definition.model import Bind
from forms.xpath import dates


def at_start(bind: Bind, environment: Environment) -> str | None:
    """The value that a new instance begins with; None for no preload, or one that comes at the end."""
    kind, params = bind.preload, bind.preload_params
    if kind == "timestamp" and params == "start":
        return dates.datetime_text(environment.now())
    if kind == "date" and params == "today":
        return dates.date_text(environment.now())
    if kind == "uid":
        return f"uuid:{environment.uuid()}"
    if kind == "property":
        return _property(params, environment)
    return None


def _property(name: str, environment: Environment) -> str | None:
    known = {
        "deviceid": environment.device_id,
        "username": environment.username,
        "email": environment.email,
        "phonenumber": environment.phone_number,
    }
    return known.get(name.lower())


def at_end(bind: Bind, environment: Environment) -> str | None:
    if bind.preload == "timestamp" and bind.preload_params == "end":
        return dates.datetime_text(environment.now())
    return None
