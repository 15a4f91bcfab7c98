"""Greets who is new in chat, and keeps points: for itself, and by wit/points.wit for other plugins.

What the plugin imports and exports stands in wit/world.wit; each class here has the functions of one
interface there. A function that fails raises `Err`: those of the host, those of other plugins, and those of
this one.
"""

import json

from componentize_py_types import Err
from wit_world.exports.points import Amount_Exactly, Standing
from wit_world.imports import events, log, services, storage
from wit_world.imports import points as c
from wit_world.imports.types import Error_Denied, Error_Invalid, Error_NotFound, Error_Unavailable, EventFlags

# What the names of the stored accounts begin with.
ACCOUNTS = "points/"

# How many points one is greeted with.
WELCOME = 10

# The most points that a `u32` can hold.
MOST = 0xFFFF_FFFF


class LifeCycle:
    def init(self):
        """Called once, at the start: the place to say which events the plugin wants."""
        events.subscribe("chat.message")

    def shutdown(self):
        """Called once, at the end."""


class EventHandler:
    def handle_events(self, events):
        """Called with the events that it wants, oldest first."""
        for event in events:
            # What Pato itself wrote is not answered: that is how loops begin.
            if event.topic == "chat.message" and EventFlags.OWN not in event.flags:
                greet(event, json.loads(event.data))

    def lagged(self, dropped):
        """Called when the plugin could not keep up, and events were lost to it."""
        log.write(log.Level.WARN, f"{dropped} events were lost")


class CommandHandler:
    def handle_command(self, name, parameters):
        """Called for each command of the manifest, from the dashboard, `pato call` or another plugin."""
        match name:
            case "points":
                return json.dumps({user: points for user, (points, note) in accounts()})
            case "thank":
                return json.dumps(thank(json.loads(parameters)))
            case "crash":
                raise RuntimeError("crashed, as it was told to")
            case _:
                raise Err(Error_NotFound(f"there is no command `{name}`"))


class Points:
    """Called by other plugins, and by `pato call greeter-python.points.give`: one call at a time, and never in
    the middle of a handler."""

    def get(self, user):
        points, _ = account(user)
        if points is None:
            raise Err(Error_NotFound(f"`{user}` has no points"))
        return points

    def give(self, gift):
        before = account(gift.user)[0] or 0
        more = gift.amount.value if isinstance(gift.amount, Amount_Exactly) else before
        now = min(before + more, MOST)
        keep(gift.user, now, gift.note)
        return now

    def top(self, count):
        all = [Standing(user, points, note) for user, (points, note) in accounts()]
        return sorted(all, key=lambda standing: -standing.points)[:count]


def greet(event, message):
    """Greets who has no points yet, and gives him the first."""
    user = message["user"]
    if account(user["login"])[0] is not None:
        return
    keep(user["login"], WELCOME, None)
    answer = {
        "connector": event.source,
        "channel": message["channel"],
        "reply_to": message["message_id"],
        "text": f"Hello, {user['name']}! Python gives you {WELCOME} points.",
    }
    services.call("chat.send", json.dumps(answer))


def thank(parameters):
    """Gives points of the greeter in C, and tells who has most there."""
    user, amount, note = (parameters.get(name) for name in ("user", "amount", "note"))
    is_amount = amount is None or (type(amount) is int and 0 <= amount <= MOST)
    if not isinstance(user, str) or not is_amount or not isinstance(note or "", str):
        raise Err(Error_Invalid('write {"user": "ronni", "amount": 5, "note": "for the raid"}; only the user must be there'))
    much = c.Amount_Double() if amount is None else c.Amount_Exactly(amount)
    try:
        now = c.give(c.Gift(user, much, note))
        top = [vars(standing) for standing in c.top(3)]
    except Err as error:
        # Whether the other plugin is there and may be called is for the user to decide: the text says what he
        # has to do, and this plugin goes on.
        match error.value:
            case Error_Denied(text):
                return {"problem": "denied", "text": text}
            case Error_Unavailable(text):
                return {"problem": "unavailable", "text": text}
        raise
    return {"now": now, "top": top}


def account(user):
    """The points of a user and the note of the last gift; no points if he never got any."""
    stored = storage.get(ACCOUNTS + user)
    return json.loads(stored) if stored else (None, None)


def keep(user, points, note):
    storage.set(ACCOUNTS + user, json.dumps([points, note]).encode())


def accounts():
    """Every user with his account."""
    last = None
    # The host tells at most 1,000 keys at a time.
    while keys := storage.keys(ACCOUNTS, last):
        for key in keys:
            user = key.removeprefix(ACCOUNTS)
            yield user, account(user)
        last = keys[-1]
