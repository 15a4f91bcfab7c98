// Package plugin answers `!hello` in chat, and counts a point for each time.
//
// What the plugin imports and exports stands in wit/world.wit. Each type here that begins with a capital letter has
// the handlers of one interface there. The packages in build/bindings, which `pato build` makes, have the functions
// and types of the host's interfaces.
package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	events "local/{{id}}/build/bindings/pato_platform_events"
	log "local/{{id}}/build/bindings/pato_platform_log"
	services "local/{{id}}/build/bindings/pato_platform_services"
	storage "local/{{id}}/build/bindings/pato_platform_storage"
	platform "local/{{id}}/build/bindings/pato_platform_types"
	"local/{{id}}/build/bindings/wit/types"
)

// What the names of the stored points begin with.
const prefix = "points/"

// The part of a chat message's payload that is used here; the reference of events has all of it.
type chatMessage struct {
	Channel   string `json:"channel"`
	MessageID string `json:"message_id"`
	Text      string `json:"text"`
	User      struct {
		Login string `json:"login"`
		Name  string `json:"name"`
	} `json:"user"`
}

type LifeCycle struct{}

// Init is called once, at the start: the place to say which events the plugin wants.
func (LifeCycle) Init() types.Result[types.Unit, platform.Error] {
	return answer(events.Subscribe("chat.message").Get())
}

// Shutdown is called once, at the end.
func (LifeCycle) Shutdown() {}

type EventHandler struct{}

// HandleEvents is called with the events that it wants, oldest first.
func (EventHandler) HandleEvents(events []platform.Event) types.Result[types.Unit, platform.Error] {
	for _, event := range events {
		// What Pato itself wrote is not answered: that is how loops begin.
		isOwn := event.Flags&platform.EventFlagsOwn != 0
		if event.Topic != "chat.message" || isOwn {
			continue
		}
		if err := greet(event); err != nil {
			return answer(types.Unit{}, err)
		}
	}
	return answer(types.Unit{}, nil)
}

// Lagged is called when the plugin could not keep up, and events were lost to it.
func (EventHandler) Lagged(dropped uint32) {
	log.Write(log.LevelWarn, fmt.Sprintf("%d events were lost", dropped))
}

type CommandHandler struct{}

// HandleCommand is called for each command of the manifest, from the dashboard, `pato call` or another plugin.
func (CommandHandler) HandleCommand(name, parameters string) types.Result[string, platform.Error] {
	if name != "points" {
		return answer("", platform.MakeErrorNotFound(fmt.Sprintf("there is no command `%s`", name)))
	}
	return answer(allPoints())
}

// Answers a chat message that says hello.
func greet(event platform.Event) error {
	var message chatMessage
	if err := json.Unmarshal([]byte(event.Data), &message); err != nil {
		return err
	}
	if message.Text != "!hello" {
		return nil
	}
	key := prefix + message.User.Login
	now, err := points(key)
	if err != nil {
		return err
	}
	now++
	if _, err := storage.Set(key, []byte(strconv.Itoa(now))).Get(); err != nil {
		return err
	}
	parameters, err := json.Marshal(map[string]string{
		"connector": event.Source,
		"channel":   message.Channel,
		"reply_to":  message.MessageID,
		"text":      fmt.Sprintf("Hello, %s! Your points: %d", message.User.Name, now),
	})
	if err != nil {
		return err
	}
	_, err = services.Call("chat.send", string(parameters)).Get()
	return err
}

// The points of every chatter, as a JSON object.
func allPoints() (string, error) {
	keys, err := storage.Keys(prefix, types.None[string]()).Get()
	if err != nil {
		return "", err
	}
	all := make(map[string]int)
	for _, key := range keys {
		if all[strings.TrimPrefix(key, prefix)], err = points(key); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(all)
	return string(text), err
}

// The number that is stored under a key; 0 if there is none.
func points(key string) (int, error) {
	stored, err := storage.Get(key).Get()
	if err != nil || stored.IsNone() {
		return 0, err
	}
	return strconv.Atoi(string(stored.Some()))
}

// What a handler answers: a value, or why it failed.
func answer[T any](value T, err error) types.Result[T, platform.Error] {
	if err == nil {
		return types.Ok[T, platform.Error](value)
	}
	var reason platform.Error
	if !errors.As(err, &reason) {
		reason = platform.MakeErrorFailed(err.Error())
	}
	return types.Err[T](reason)
}
