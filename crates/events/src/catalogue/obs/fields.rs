//! The fields that the requests and events of OBS are made of, each described once.

use crate::catalogue::table::Field;

/// `CONSTANT: kind(name in the protocol, what it means, an example as JSON);`
macro_rules! fields {
    ($($constant:ident: $kind:ident($name:literal, $summary:literal, $example:literal);)*) => {
        $(pub(super) const $constant: Field = Field::$kind($name, $summary, $example);)*
    };
}

fields! {
    ACTIVE_FPS: number("activeFps", "The frames drawn each second.", "60.0");
    AVAILABLE_DISK_SPACE: number("availableDiskSpace",
        "The room left for recordings, in megabytes.", "120000.0");
    AVAILABLE_REQUESTS: texts("availableRequests",
        "The requests this OBS knows.", r#"["GetVersion"]"#);
    AVERAGE_FRAME_RENDER_TIME: number("averageFrameRenderTime",
        "How long one frame takes to draw, in milliseconds.", "2.1");
    BASE_HEIGHT: integer("baseHeight", "The height of the canvas, in pixels.", "1080");
    BASE_WIDTH: integer("baseWidth", "The width of the canvas, in pixels.", "1920");
    CANVASES: objects("canvases", "The canvases.", r#"[{"canvasName": "Main"}]"#);
    CANVAS_NAME: text("canvasName", "The canvas, by name.", r#""Vertical""#);
    CANVAS_UUID: text("canvasUuid",
        "The canvas, by its identifier; none means the main one.",
        r#""6c69626f-6273-4c00-9d88-c5136d61696e""#);
    CAPTION_TEXT: text("captionText", "The caption.", r#""Hello and welcome!""#);
    CHAPTER_NAME: text("chapterName", "The name of the chapter.", r#""Boss fight""#);
    CONTEXT_NAME: text("contextName",
        "The source or scene that the hotkey belongs to.", r#""Camera""#);
    CPU_USAGE: number("cpuUsage", "The load OBS puts on the processor, in percent.", "4.2");
    CURRENT_PREVIEW_SCENE_NAME: text("currentPreviewSceneName",
        "The scene in the preview, by name; null outside studio mode.", r#""Intermission""#);
    CURRENT_PREVIEW_SCENE_UUID: text("currentPreviewSceneUuid",
        "The scene in the preview, by its identifier; null outside studio mode.",
        r#""9d8c7b6a-5f4e-4d3c-8b2a-190817263544""#);
    CURRENT_PROFILE_NAME: text("currentProfileName", "The profile in use.", r#""1080p60""#);
    CURRENT_PROGRAM_SCENE_NAME: text("currentProgramSceneName",
        "The scene on air, by name.", r#""Gaming""#);
    CURRENT_PROGRAM_SCENE_UUID: text("currentProgramSceneUuid",
        "The scene on air, by its identifier.", r#""3f1c7a52-8d0b-4e7b-9b7e-2a6e9d3c4b10""#);
    CURRENT_SCENE_COLLECTION_NAME: text("currentSceneCollectionName",
        "The scene collection in use.", r#""Friday show""#);
    CURRENT_SCENE_TRANSITION_KIND: text("currentSceneTransitionKind",
        "The kind of the transition in use.", r#""fade_transition""#);
    CURRENT_SCENE_TRANSITION_NAME: text("currentSceneTransitionName",
        "The transition in use, by name.", r#""Fade""#);
    CURRENT_SCENE_TRANSITION_UUID: text("currentSceneTransitionUuid",
        "The transition in use, by its identifier.", r#""0b7b4f0a-5f0e-4a55-8d6a-16e0f3b7ce01""#);
    DEFAULT_FILTER_SETTINGS: object("defaultFilterSettings",
        "What the settings are if nobody changes them.", r#"{"opacity": 1.0}"#);
    DEFAULT_INPUT_SETTINGS: object("defaultInputSettings",
        "What the settings are if nobody changes them.", r#"{"width": 800, "height": 600}"#);
    DEFAULT_PARAMETER_VALUE: text("defaultParameterValue",
        "The value if nobody sets one.", r#""Simple""#);
    DESKTOP1: text("desktop1", "The input that serves as Desktop Audio.", r#""Desktop Audio""#);
    DESKTOP2: text("desktop2", "The input that serves as Desktop Audio 2.", r#""Desktop Audio 2""#);
    DESTINATION_SCENE_NAME: text("destinationSceneName",
        "The scene to copy to, by name; none means the same scene.", r#""Intermission""#);
    DESTINATION_SCENE_UUID: text("destinationSceneUuid",
        "The scene to copy to, by its identifier.", r#""9d8c7b6a-5f4e-4d3c-8b2a-190817263544""#);
    EVENT_DATA: object("eventData", "What is said about it.", r#"{"message": "hello"}"#);
    EVENT_TYPE: text("eventType",
        "What happened, as the add-on calls it.", r#""AdvancedSceneSwitcherEvent""#);
    FILTERS: objects("filters",
        "The filters, in the order they are applied.",
        r#"[{"filterName": "Color Correction", "filterEnabled": true}]"#);
    FILTER_ENABLED: boolean("filterEnabled", "Whether the filter is applied.", "true");
    FILTER_INDEX: integer("filterIndex", "The position of the filter, from 0.", "0");
    FILTER_KIND: text("filterKind", "The kind of filter, as OBS calls it.", r#""color_filter_v2""#);
    FILTER_NAME: text("filterName", "The filter, by name.", r#""Color Correction""#);
    FILTER_SETTINGS: object("filterSettings",
        "The settings of the filter, as its kind defines them.", r#"{"opacity": 0.5}"#);
    FPS_DENOMINATOR: integer("fpsDenominator", "Frames per second: the denominator.", "1");
    FPS_NUMERATOR: integer("fpsNumerator", "Frames per second: the numerator.", "60");
    GROUPS: texts("groups", "The groups, by name.", r#"["Overlay"]"#);
    HOTKEYS: texts("hotkeys", "The hotkeys, by name.", r#"["OBSBasic.Screenshot"]"#);
    HOTKEY_NAME: text("hotkeyName", "The hotkey, by name.", r#""OBSBasic.Screenshot""#);
    IMAGE_COMPRESSION_QUALITY: integer("imageCompressionQuality",
        "0 for the smallest file, 100 for the best picture, -1 for what is usual.", "-1");
    IMAGE_DATA: text("imageData",
        "The picture, as a data URL in Base64.", r#""data:image/png;base64,iVBORw0KGgo=""#);
    IMAGE_FILE_PATH: text("imageFilePath",
        "The file to write, on the machine of OBS.", r#""/home/me/screenshot.png""#);
    IMAGE_FORMAT: text("imageFormat",
        "The format of the picture, one of those that `obs.get-version` lists.", r#""png""#);
    IMAGE_HEIGHT: integer("imageHeight", "The height to scale to, in pixels, 8 to 4096.", "360");
    IMAGE_WIDTH: integer("imageWidth", "The width to scale to, in pixels, 8 to 4096.", "640");
    INPUTS: objects("inputs", "The inputs.", r#"[{"inputName": "Microphone"}]"#);
    INPUT_AUDIO_BALANCE: number("inputAudioBalance", "The balance: 0 is left, 1 is right.", "0.5");
    INPUT_AUDIO_SYNC_OFFSET: number("inputAudioSyncOffset",
        "How much later the sound comes, in milliseconds, -950 to 20000.", "120");
    INPUT_AUDIO_TRACKS: object("inputAudioTracks",
        "The tracks `1` to `6`, each on or off.", r#"{"1": true, "2": false}"#);
    INPUT_DEINTERLACE_FIELD_ORDER: text("inputDeinterlaceFieldOrder",
        "`OBS_DEINTERLACE_FIELD_ORDER_TOP` or `OBS_DEINTERLACE_FIELD_ORDER_BOTTOM`.",
        r#""OBS_DEINTERLACE_FIELD_ORDER_TOP""#);
    INPUT_DEINTERLACE_MODE: text("inputDeinterlaceMode",
        "`OBS_DEINTERLACE_MODE_` and then `DISABLE`, `DISCARD`, `RETRO`, `BLEND`, `BLEND_2X`, `LINEAR`, `LINEAR_2X`, `YADIF` or `YADIF_2X`.",
        r#""OBS_DEINTERLACE_MODE_DISABLE""#);
    INPUT_KIND: text("inputKind",
        "The kind of input, as OBS calls it, with its version.", r#""text_ft2_source_v2""#);
    INPUT_KINDS: texts("inputKinds", "The kinds of inputs.", r#"["browser_source"]"#);
    INPUT_KIND_CAPS: integer("inputKindCaps",
        "What the kind can do: the bit set `output_flags` of libobs.", "3");
    INPUT_MUTED: boolean("inputMuted", "Whether the input is muted.", "true");
    INPUT_NAME: text("inputName", "The input, by name.", r#""Microphone""#);
    INPUT_SETTINGS: object("inputSettings",
        "The settings of the input, as its kind defines them.",
        r#"{"text": "Hello and welcome!"}"#);
    INPUT_SETTINGS_OF_BROWSER: object("inputSettings",
        "The settings: `url`, `width`, `height`, `css`, `local_file` and so on.",
        r#"{"url": "https://example.com/overlay"}"#);
    INPUT_UUID: text("inputUuid",
        "The input, by its identifier (obs-websocket 5.4.0 or later).",
        r#""5a2dbc32-7d4f-4b6e-9d0e-0d5a1c8b8f11""#);
    INPUT_VOLUME_DB: number("inputVolumeDb", "The volume in decibels, -100 to 26.", "-6.0");
    INPUT_VOLUME_MUL: number("inputVolumeMul", "The volume as a factor, 0 to 20.", "0.5");
    IS_GROUP: boolean("isGroup", "Whether it is a group of items instead of a scene.", "false");
    KEY_ID: text("keyId", "The key, as OBS calls it.", r#""OBS_KEY_F5""#);
    KEY_MODIFIERS: object("keyModifiers",
        "The keys held meanwhile: `shift`, `control`, `alt`, `command`, each on or off.",
        r#"{"control": true}"#);
    MEDIA_ACTION: text("mediaAction",
        "`OBS_WEBSOCKET_MEDIA_INPUT_ACTION_` and then `PLAY`, `PAUSE`, `STOP`, `RESTART`, `NEXT` or `PREVIOUS`.",
        r#""OBS_WEBSOCKET_MEDIA_INPUT_ACTION_RESTART""#);
    MEDIA_CURSOR: number("mediaCursor",
        "How far the medium has been played, in milliseconds.", "1500");
    MEDIA_CURSOR_OFFSET: number("mediaCursorOffset",
        "How far to jump ahead, in milliseconds; negative to jump back.", "-5000");
    MEDIA_DURATION: number("mediaDuration", "The length of the medium, in milliseconds.", "60000");
    MEDIA_STATE: text("mediaState",
        "`OBS_MEDIA_STATE_` and then `NONE`, `PLAYING`, `OPENING`, `BUFFERING`, `PAUSED`, `STOPPED`, `ENDED` or `ERROR`.",
        r#""OBS_MEDIA_STATE_PLAYING""#);
    MEMORY_USAGE: number("memoryUsage", "The memory OBS uses, in megabytes.", "310.5");
    MIC1: text("mic1", "The input that serves as Mic/Aux.", r#""Mic/Aux""#);
    MIC2: text("mic2", "The input that serves as Mic/Aux 2.", r#""Mic/Aux 2""#);
    MIC3: text("mic3", "The input that serves as Mic/Aux 3.", r#""Mic/Aux 3""#);
    MIC4: text("mic4", "The input that serves as Mic/Aux 4.", r#""Mic/Aux 4""#);
    MONITORS: objects("monitors",
        "The monitors.", r#"[{"monitorIndex": 0, "monitorName": "DP-1"}]"#);
    MONITOR_INDEX: integer("monitorIndex",
        "The monitor to fill, as `obs.get-monitor-list` numbers them; -1 opens a window.", "-1");
    MONITOR_TYPE: text("monitorType",
        "`OBS_MONITORING_TYPE_NONE`, `OBS_MONITORING_TYPE_MONITOR_ONLY` or `OBS_MONITORING_TYPE_MONITOR_AND_OUTPUT`.",
        r#""OBS_MONITORING_TYPE_NONE""#);
    NEW_FILTER_NAME: text("newFilterName", "What to call the filter.", r#""Night""#);
    NEW_INPUT_NAME: text("newInputName", "What to call the input.", r#""Microphone 2""#);
    NEW_OUTPUT_PATH: text("newOutputPath",
        "The file that is written from now on, on the machine of OBS.", r#""/home/me/show-2.mkv""#);
    NEW_SCENE_NAME: text("newSceneName", "What to call the scene.", r#""Just Chatting""#);
    OBS_VERSION: text("obsVersion", "The version of OBS.", r#""29.0.2""#);
    OBS_WEB_SOCKET_VERSION: text("obsWebSocketVersion",
        "The version of obs-websocket.", r#""5.1.0""#);
    OLD_CANVAS_NAME: text("oldCanvasName", "What the canvas was called before.", r#""Canvas 2""#);
    OLD_FILTER_NAME: text("oldFilterName", "What the filter was called before.", r#""Color""#);
    OLD_INPUT_NAME: text("oldInputName", "What the input was called before.", r#""Mic""#);
    OLD_SCENE_NAME: text("oldSceneName", "What the scene was called before.", r#""Game""#);
    OUTPUTS: objects("outputs", "The outputs.", r#"[{"outputName": "simple_stream"}]"#);
    OUTPUT_ACTIVE: boolean("outputActive", "Whether the output runs.", "true");
    OUTPUT_BYTES: number("outputBytes", "The bytes sent or written.", "7500000");
    OUTPUT_CONGESTION: number("outputCongestion",
        "How congested the way to the service is, 0 to 1.", "0.0");
    OUTPUT_DURATION: number("outputDuration",
        "How long the output has run, in milliseconds.", "60000");
    OUTPUT_HEIGHT: integer("outputHeight",
        "The height of the picture that is sent, in pixels.", "720");
    OUTPUT_NAME: text("outputName", "The output, by name.", r#""simple_stream""#);
    OUTPUT_PATH: text("outputPath",
        "The file of the recording, on the machine of OBS; only once it has ended.",
        r#""/home/me/show.mkv""#);
    OUTPUT_PAUSED: boolean("outputPaused", "Whether the output is paused.", "false");
    OUTPUT_RECONNECTING: boolean("outputReconnecting",
        "Whether the output is connecting again.", "false");
    OUTPUT_SETTINGS: object("outputSettings",
        "The settings of the output, as its kind defines them.", r#"{"bind_ip": "default"}"#);
    OUTPUT_SKIPPED_FRAMES: integer("outputSkippedFrames", "The frames not sent in time.", "0");
    OUTPUT_STATE: text("outputState",
        "`OBS_WEBSOCKET_OUTPUT_` and then `STARTING`, `STARTED`, `STOPPING`, `STOPPED`, `RECONNECTING`, `RECONNECTED`, `PAUSED` or `RESUMED`.",
        r#""OBS_WEBSOCKET_OUTPUT_STARTED""#);
    OUTPUT_TIMECODE: text("outputTimecode",
        "How long the output has run, as `hours:minutes:seconds.milliseconds`.",
        r#""00:01:00.000""#);
    OUTPUT_TOTAL_FRAMES: integer("outputTotalFrames", "The frames sent.", "3600");
    OUTPUT_WIDTH: integer("outputWidth",
        "The width of the picture that is sent, in pixels.", "1280");
    OVERLAY: boolean("overlay",
        "Whether to keep the settings that are not named, instead of resetting them; true if left out.",
        "true");
    PARAMETER_CATEGORY: text("parameterCategory", "The section of the profile.", r#""Output""#);
    PARAMETER_NAME: text("parameterName", "The parameter of that section.", r#""Mode""#);
    PARAMETER_VALUE: text("parameterValue", "The value; null removes it.", r#""Advanced""#);
    PLATFORM: text("platform",
        "The operating system, roughly: `windows`, `macos`, `ubuntu` and so on.", r#""windows""#);
    PLATFORM_DESCRIPTION: text("platformDescription",
        "The operating system, in words.", r#""Windows 11""#);
    POSITION: number("position", "The position of the T-bar, 0 to 1.", "0.5");
    PROFILES: texts("profiles", "Every profile.", r#"["1080p60", "Test"]"#);
    PROFILE_NAME: text("profileName", "The profile, by name.", r#""1080p60""#);
    PROJECTOR_GEOMETRY: text("projectorGeometry",
        "The place of the window, in Qt's own form, Base64.", r#""AdnQywADAAA=""#);
    PROPERTY_ITEMS: objects("propertyItems",
        "The choices, each with its name and value.",
        r#"[{"itemName": "Default", "itemValue": "default", "itemEnabled": true}]"#);
    PROPERTY_NAME: text("propertyName",
        "The property, by its name in the input's properties.", r#""refreshnocache""#);
    REALM: text("realm",
        "`OBS_WEBSOCKET_DATA_REALM_GLOBAL` or `OBS_WEBSOCKET_DATA_REALM_PROFILE`.",
        r#""OBS_WEBSOCKET_DATA_REALM_PROFILE""#);
    RECORD_DIRECTORY: text("recordDirectory",
        "The folder for recordings, on the machine of OBS.", r#""/home/me/Videos""#);
    RELEASE: boolean("release",
        "Whether to let the T-bar go; true if left out. False only if another position follows.",
        "true");
    RENDER_SKIPPED_FRAMES: integer("renderSkippedFrames", "The frames not drawn in time.", "0");
    RENDER_TOTAL_FRAMES: integer("renderTotalFrames", "The frames drawn.", "3600");
    REQUEST_DATA: object("requestData", "The fields of the request.", r#"{"sceneName": "Gaming"}"#);
    REQUEST_TYPE: text("requestType", "The request, by its own name.", r#""GetVersion""#);
    RESPONSE_DATA: object("responseData", "The answer of the add-on.", "{}");
    RPC_VERSION: integer("rpcVersion", "The version of the protocol.", "1");
    SAVED_REPLAY_PATH: text("savedReplayPath",
        "The file of the replay, on the machine of OBS.", r#""/home/me/replay.mkv""#);
    SAVED_SCREENSHOT_PATH: text("savedScreenshotPath",
        "The file of the picture, on the machine of OBS.", r#""/home/me/screenshot.png""#);
    SCENES: objects("scenes",
        "The scenes, from the bottom of the list in OBS to its top.",
        r#"[{"sceneIndex": 0, "sceneName": "Gaming"}]"#);
    SCENE_COLLECTIONS: texts("sceneCollections",
        "Every scene collection.", r#"["Friday show", "Podcast"]"#);
    SCENE_COLLECTION_NAME: text("sceneCollectionName",
        "The scene collection, by name.", r#""Friday show""#);
    SCENE_ITEMS: objects("sceneItems",
        "The items of the scene.", r#"[{"sceneItemId": 7, "sourceName": "Camera"}]"#);
    SCENE_ITEM_BLEND_MODE: text("sceneItemBlendMode",
        "`OBS_BLEND_` and then `NORMAL`, `ADDITIVE`, `SUBTRACT`, `SCREEN`, `MULTIPLY`, `LIGHTEN` or `DARKEN`.",
        r#""OBS_BLEND_NORMAL""#);
    SCENE_ITEM_ENABLED: boolean("sceneItemEnabled", "Whether the item is shown.", "true");
    SCENE_ITEM_ID: integer("sceneItemId",
        "The item, by its number within the scene. The number changes when the item is removed and added again.",
        "7");
    SCENE_ITEM_INDEX: integer("sceneItemIndex",
        "The position of the item in the scene, from 0 at the bottom.", "0");
    SCENE_ITEM_LOCKED: boolean("sceneItemLocked",
        "Whether the item is protected against being moved in OBS.", "true");
    SCENE_ITEM_TRANSFORM: object("sceneItemTransform",
        "Where the item stands and how it is turned, scaled and cropped.",
        r#"{"positionX": 960.0, "positionY": 540.0, "rotation": 12.5}"#);
    SCENE_NAME: text("sceneName", "The scene, by name.", r#""Gaming""#);
    SCENE_UUID: text("sceneUuid",
        "The scene, by its identifier (obs-websocket 5.4.0 or later).",
        r#""3f1c7a52-8d0b-4e7b-9b7e-2a6e9d3c4b10""#);
    SEARCH_OFFSET: integer("searchOffset", "How many matches to skip; -1 means the topmost.", "0");
    SLEEP_FRAMES: integer("sleepFrames",
        "How long to wait in a batch that runs in step with the picture, in frames, at most 10000.",
        "6");
    SLEEP_MILLIS: integer("sleepMillis",
        "How long to wait in a batch that runs as fast as possible, in milliseconds, at most 50000.",
        "100");
    SLOT_NAME: text("slotName", "The place, by name.", r#""death-counter""#);
    SLOT_VALUE: any("slotValue", "What is kept there: any JSON value.", "42");
    SOURCE_FILTER_KINDS: texts("sourceFilterKinds",
        "The kinds of filters.", r#"["color_filter_v2"]"#);
    SOURCE_NAME: text("sourceName", "The source, by name.", r#""Camera""#);
    SOURCE_UUID: text("sourceUuid",
        "The source, by its identifier (obs-websocket 5.4.0 or later).",
        r#""c1b0a9f8-1d2e-4f3a-8b4c-5d6e7f8091a2""#);
    STREAM_SERVICE_SETTINGS: object("streamServiceSettings",
        "The settings of the service, with the stream key.",
        r#"{"server": "rtmp://live.example.com/app", "key": "\u2026"}"#);
    STREAM_SERVICE_TYPE: text("streamServiceType",
        "`rtmp_common` for a service OBS knows, `rtmp_custom` for any other.", r#""rtmp_custom""#);
    STUDIO_MODE_ENABLED: boolean("studioModeEnabled", "Whether studio mode is on.", "true");
    SUPPORTED_IMAGE_FORMATS: texts("supportedImageFormats",
        "The formats for pictures.", r#"["png", "jpg"]"#);
    TRANSITIONS: objects("transitions",
        "The transitions.", r#"[{"transitionName": "Fade", "transitionKind": "fade_transition"}]"#);
    TRANSITION_CONFIGURABLE: boolean("transitionConfigurable", "Whether it has settings.", "false");
    TRANSITION_CURSOR: number("transitionCursor", "How far the transition is, 0 to 1.", "1.0");
    TRANSITION_DURATION: number("transitionDuration",
        "How long the transition takes, in milliseconds, 50 to 20000.", "300");
    TRANSITION_FIXED: boolean("transitionFixed", "Whether its duration is fixed.", "false");
    TRANSITION_KIND: text("transitionKind",
        "The kind of transition, as OBS calls it.", r#""fade_transition""#);
    TRANSITION_KINDS: texts("transitionKinds",
        "The kinds of transitions.", r#"["fade_transition"]"#);
    TRANSITION_NAME: text("transitionName", "The transition, by name.", r#""Fade""#);
    TRANSITION_SETTINGS: object("transitionSettings",
        "The settings of the transition, as its kind defines them; null if it has none.",
        r#"{"path": "/home/me/stinger.webm"}"#);
    TRANSITION_UUID: text("transitionUuid",
        "The transition, by its identifier (obs-websocket 5.4.0 or later).",
        r#""0b7b4f0a-5f0e-4a55-8d6a-16e0f3b7ce01""#);
    UNVERSIONED: boolean("unversioned",
        "Whether to leave the versions out of the kinds; false if left out.", "false");
    UNVERSIONED_INPUT_KIND: text("unversionedInputKind",
        "The kind of input, without its version.", r#""text_ft2_source""#);
    VENDOR_NAME: text("vendorName",
        "The add-on of OBS, by the name it registered.", r#""AdvancedSceneSwitcher""#);
    VIDEO_ACTIVE: boolean("videoActive", "Whether it is visible on air.", "true");
    VIDEO_MIX_TYPE: text("videoMixType",
        "`OBS_WEBSOCKET_VIDEO_MIX_TYPE_` and then `PREVIEW`, `PROGRAM` or `MULTIVIEW`.",
        r#""OBS_WEBSOCKET_VIDEO_MIX_TYPE_PROGRAM""#);
    VIDEO_SHOWING: boolean("videoShowing",
        "Whether it is visible anywhere: on air, in the preview, in a projector or a dialogue.",
        "true");
    WEB_SOCKET_SESSION_INCOMING_MESSAGES: integer("webSocketSessionIncomingMessages",
        "How many messages this connection sent to OBS.", "12");
    WEB_SOCKET_SESSION_OUTGOING_MESSAGES: integer("webSocketSessionOutgoingMessages",
        "How many messages OBS sent over this connection.", "34");
}
