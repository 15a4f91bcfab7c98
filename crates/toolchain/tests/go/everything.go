package plugin

import (
	"fmt"

	offered "local/greeter/build/bindings/local_plugin_offered"
	http "local/greeter/build/bindings/pato_platform_http"
	plugins "local/greeter/build/bindings/pato_platform_plugins"
	settings "local/greeter/build/bindings/pato_platform_settings"
	timers "local/greeter/build/bindings/pato_platform_timers"
	platform "local/greeter/build/bindings/pato_platform_types"
	ui "local/greeter/build/bindings/pato_platform_ui"
	surfaces "local/greeter/build/bindings/pato_platform_ui_handler"
	websocket "local/greeter/build/bindings/pato_platform_websocket"
	connections "local/greeter/build/bindings/pato_platform_websocket_handler"
	"local/greeter/build/bindings/wit/types"
)

type Migration struct{}

func (Migration) Migrate(from string) types.Result[types.Unit, platform.Error] {
	_, err := plugins.Call("other", "migrated", settings.All()).Get()
	return answer(types.Unit{}, err)
}

type TimerHandler struct{}

func (TimerHandler) HandleTimer(timer timers.Timer) {
	http.Send(http.Request{Method: "GET", Url: "https://example.org", Timeout: types.Some(uint32(100))}).Get()
	timers.Cancel(timer)
}

type WebsocketHandler struct{}

func (WebsocketHandler) HandleWebsocket(connection websocket.Connection, event connections.WebsocketEvent) {
	if event.Tag() == connections.WebsocketEventReceived {
		websocket.Send(connection, event.Received())
	}
}

type SettingsHandler struct{}

func (SettingsHandler) SettingsChanged(keys []string) {
	for _, key := range keys {
		settings.Get(key)
	}
}

type UiHandler struct{}

func (UiHandler) HandleUi(event surfaces.UiEvent) {
	ui.SetValues(event.Surface, []ui.Named{{Name: event.Node, Value: "1"}})
}

type Offered struct{}

func (Offered) Exchange(
	entries []offered.Entry,
) types.Result[types.Tuple2[[]offered.Entry, bool], offered.Refusal] {
	type both = types.Tuple2[[]offered.Entry, bool]
	if len(entries) == 0 {
		return types.Err[both](offered.MakeRefusalNobody())
	}
	return types.Ok[both, offered.Refusal](both{F0: entries, F1: entries[0].Marks&offered.MarksKept != 0})
}

func (Offered) Describe(entry offered.Entry, letter rune) types.Result[string, string] {
	if entry.Side.SomeOr(offered.SideLeft) == offered.SideRight {
		return types.Err[string]("right")
	}
	return types.Ok[string, string](fmt.Sprintf("%c %s %v %v", letter, entry.Name, entry.Counts, entry.Place.F1))
}
