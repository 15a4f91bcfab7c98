"""Answers `!hello` in chat, and counts a point for each time.

What the plugin imports and exports stands in wit/world.wit; each class here has the functions of one
interface there. A function of the host that fails raises `Err`, and so does a handler that fails.
"""

import json

from componentize_py_types import Err
from wit_world.imports import events, log, services, storage
from wit_world.imports.types import Error_NotFound, EventFlags

# What the names of the stored points begin with.
POINTS = "points/"


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
        if name != "points":
            raise Err(Error_NotFound(f"there is no command `{name}`"))
        return json.dumps({key.removeprefix(POINTS): points(key) for key in storage.keys(POINTS, None)})


def greet(event, message):
    """Answers a chat message that says hello."""
    if message["text"] != "!hello":
        return
    key = POINTS + message["user"]["login"]
    now = points(key) + 1
    storage.set(key, str(now).encode())
    answer = {
        "connector": event.source,
        "channel": message["channel"],
        "reply_to": message["message_id"],
        "text": f"Hello, {message['user']['name']}! Your points: {now}",
    }
    services.call("chat.send", json.dumps(answer))


def points(key):
    """The number that is stored under a key."""
    stored = storage.get(key)
    return int(stored) if stored else 0
