//! The fields that the requests and events of VTube Studio are made of, each described once.

use crate::catalogue::table::Field;

/// `CONSTANT: kind(name in the protocol, what it means, an example as JSON);`
macro_rules! fields {
    ($($constant:ident: $kind:ident($name:literal, $summary:literal, $example:literal);)*) => {
        $(pub(super) const $constant: Field = Field::$kind($name, $summary, $example);)*
    };
}

fields! {
    ACTIVE: boolean("active", "Whether it is on.", "true");
    ACTIVE_ART_MESHES: texts("activeArtMeshes", "The art meshes that are selected.", r#"["D_FACE_00"]"#);
    ACTIVE_EFFECT_COUNT: integer("activeEffectCount", "How many effects are active.", "2");
    ACTIVE_PRESET: text("activePreset", "The preset in use; empty if there is none.", r#""cosy""#);
    ADDED_BY: text("addedBy", "The plugin that made the parameter.", r#""Pato""#);
    ALLOWED_PLUGINS: integer("allowedPlugins", "How many plugins the user has let in.", "7");
    ALLOW_UNLOADING_OTHERS: boolean("allowUnloadingItemsLoadedByUserOrOtherPlugins",
        "Whether items may be removed that the user or a program other than Pato loaded.", "false");
    ANGLE_RELATIVE_TO: text("angleRelativeTo",
        "What the angle counts from: `RelativeToWorld`, `RelativeToCurrentItemRotation`, `RelativeToModel` or `RelativeToPinPosition`.",
        r#""RelativeToModel""#);
    ANIMATION_EVENT_DATA: text("animationEventData",
        "The text of a `Custom` event; `Anim_Start` or `Anim_End` otherwise.", r#""wave""#);
    ANIMATION_EVENT_TIME: number("animationEventTime", "When it happened within the animation, in seconds.", "0.42");
    ANIMATION_EVENT_TYPE: text("animationEventType", "`Start`, `End` or `Custom`.", r#""Start""#);
    ANIMATION_LENGTH: number("animationLength", "The length of the animation, in seconds.", "1.67");
    ANIMATION_NAME: text("animationName", "The file of the animation.", r#""wave.motion3.json""#);
    ANIMATION_PLAYING: boolean("animationPlaying", "Whether the animation plays.", "true");
    ANIMATION_PLAY_STATE: boolean("animationPlayState",
        "Whether to play the animation; counts only with `setAnimationPlayState`.", "true");
    API_PHYSICS_OVERRIDE_ACTIVE: boolean("apiPhysicsOverrideActive", "Whether a plugin overrides the physics.", "false");
    API_PHYSICS_OVERRIDE_PLUGIN_NAME: text("apiPhysicsOverridePluginName", "That plugin.", r#""""#);
    ART_MESHES: objects("artMeshes",
        "The art meshes, each with `modelID` and `artMeshID`; at most 100 for all plugins of Pato. None ends it.",
        r#"[{"modelID": "d87b771d2902473bbaa0226d03ef4754", "artMeshID": "D_FACE_00"}]"#);
    ART_MESH_HITS: objects("artMeshHits",
        "The art meshes under the click, topmost first, each with `artMeshOrder`, `isMasked` and the place on it as `hitInfo`.",
        r#"[{"artMeshOrder": 0, "isMasked": false, "hitInfo": {"artMeshID": "D_FACE_00"}}]"#);
    ART_MESH_MATCHER: object("artMeshMatcher",
        "Which art meshes: `tintAll`, or any of the lists `artMeshNumber`, `nameExact`, `nameContains`, `tagExact`, `tagContains`.",
        r#"{"tintAll": false, "nameContains": ["hair"]}"#);
    ART_MESH_NAMES: texts("artMeshNames", "The art meshes of the model.", r#"["D_FACE_00"]"#);
    ART_MESH_OUTLINES: objects("artMeshOutlines",
        "The outlines that were found, each with `artMeshID`, `artMeshVisible` and rings of `outlinePoints`, 20 pairs of x and y.",
        r#"[{"artMeshID": "D_FACE_00", "artMeshVisible": true, "outlineCount": 1}]"#);
    ART_MESH_TAGS: texts("artMeshTags", "The tags of its art meshes.", r#"["skin"]"#);
    AUTHENTICATED: boolean("currentSessionAuthenticated", "Whether this connection has been let in.", "true");
    AUTO_STOP_FRAMES: any("autoStopFrames",
        "The frames at which the animation stops, a list of whole numbers from 0; counts only with `setAutoStopFrames`.", "[0, 7]");
    AVAILABLE_HOTKEYS: objects("availableHotkeys",
        "The hotkeys, each with `name`, `type`, `description`, `file` and `hotkeyID`.",
        r#"[{"name": "Cry", "type": "ToggleExpression", "file": "cry.exp3.json", "hotkeyID": "21bf7ade9e664f3ec29d05156e4ce5c1"}]"#);
    AVAILABLE_ITEM_FILES: objects("availableItemFiles",
        "The items that can be loaded, each with `fileName`, `type` and `loadedCount`.",
        r#"[{"fileName": "hat.png", "type": "PNG", "loadedCount": 0}]"#);
    AVAILABLE_MODELS: objects("availableModels",
        "The models, each with `modelName`, `modelID` and whether it is loaded.",
        r#"[{"modelLoaded": true, "modelName": "Akari", "modelID": "d87b771d2902473bbaa0226d03ef4754"}]"#);
    AVAILABLE_SPOTS: any("availableSpots", "The places in the order that are free, a list of whole numbers from -30 to 30.", "[-1, 3]");
    BACKGROUNDS: text("backgrounds", "The folder of backgrounds.", r#""Backgrounds""#);
    BACKGROUND_NAME: text("backgroundName", "The background, as VTube Studio lists it.", r#""beach""#);
    BACKUP: text("backup", "The folder of backups.", r#""Backup""#);
    BACK_ON: boolean("backOn", "Whether the back part of a Live2D item is shown.", "true");
    BASE_BRIGHTNESS: integer("baseBrightness", "The brightness the user set, 0 to 100.", "16");
    BASE_STRENGTH: integer("baseStrength", "How strong physics are, 0 to 100; 50 is as in Live2D.", "50");
    BASE_WIND: integer("baseWind", "How strong the wind is, 0 to 100.", "17");
    BRIGHTNESS: number("brightness", "How bright the item is, 0 to 1; -1 leaves it.", "1.0");
    CAN_LOAD_ITEMS: boolean("canLoadItemsRightNow", "Whether items can be loaded; not while certain windows are open.", "true");
    CAN_UPDATE: boolean("canSendPostProcessingUpdateRequestRightNow",
        "Whether effects can be changed; not while their windows are open.", "true");
    CENSORED: boolean("censored", "Whether the item is shown as coarse squares.", "false");
    CLICKED_ART_MESH_COUNT: integer("clickedArtMeshCount", "How many art meshes are under the click.", "1");
    CLICK_POSITION: object("clickPosition", "Where: `x` and `y`, -1 to 1 within the window.", r#"{"x": -0.15, "y": 0.34}"#);
    COLOR_AVG_B: integer("colorAvgB", "The blue of what is captured, 0 to 255.", "162");
    COLOR_AVG_G: integer("colorAvgG", "The green of what is captured, 0 to 255.", "157");
    COLOR_AVG_R: integer("colorAvgR", "The red of what is captured, 0 to 255.", "237");
    COLOR_BOOST: integer("colorBoost", "The boost of colours the user set, 0 to 100.", "35");
    COLOR_OVERLAY_B: integer("colorOverlayB", "The blue that is laid over the model, 0 to 459.", "153");
    COLOR_OVERLAY_G: integer("colorOverlayG", "The green that is laid over the model, 0 to 459.", "150");
    COLOR_OVERLAY_R: integer("colorOverlayR", "The red that is laid over the model, 0 to 459.", "206");
    COLOR_TINT: object("colorTint",
        "The colour: `colorR`, `colorG`, `colorB` and `colorA`, each 0 to 255, and `mixWithSceneLightingColor`, 0 to 1. White takes a tint away.",
        r#"{"colorR": 255, "colorG": 150, "colorB": 0, "colorA": 255}"#);
    CONFIG: text("config", "The folder of settings.", r#""Config""#);
    CONFIG_COUNT_AFTER_FILTER: integer("configCountAfterFilter", "How many settings the named effects have.", "31");
    CONFIG_COUNT_BEFORE_FILTER: integer("configCountBeforeFilter", "How many settings all effects have.", "258");
    CONNECTED: boolean("connected", "Whether the editor is connected.", "true");
    CONNECTED_PLUGINS: integer("connectedPlugins", "How many plugins are connected.", "2");
    CONVEX_HULL: objects("convexHull",
        "The outline in order, points of `x` and `y`, -1 to 1 within the window; at least 3.",
        r#"[{"x": 0.2, "y": 0.8}, {"x": 0.5, "y": -0.3}, {"x": 0.1, "y": -0.3}]"#);
    CONVEX_HULL_CENTER: object("convexHullCenter", "The average of these points.", r#"{"x": 0.27, "y": 0.07}"#);
    CURRENT_ON_STATE: boolean("currentOnState", "Whether effects are on.", "true");
    CURRENT_PRESET: text("currentPreset", "The preset in use; empty if there is none.", r#""cosy""#);
    CUSTOM_DATA_ASK_TIMER: number("customDataAskTimer",
        "How long VTube Studio asks, in seconds; 0 or less means until answered.", "30");
    CUSTOM_DATA_ASK_USER_FIRST: boolean("customDataAskUserFirst",
        "Whether VTube Studio shows the picture to the user first, and asks.", "true");
    CUSTOM_DATA_BASE64: text("customDataBase64",
        "A picture to load instead of a file: PNG, JPG or GIF, 64 to 2048 pixels wide and high, below 5 MB, Base64.", r#""""#);
    CUSTOM_DATA_SKIP_ASKING: boolean("customDataSkipAskingUserIfWhitelisted",
        "Whether a picture that the user took before is taken without asking.", "true");
    CUSTOM_HEIGHT_NDI: integer("customHeightNDI", "The height, in pixels, 256 to 8192, a multiple of 8; -1 leaves it.", "512");
    CUSTOM_PARAMETERS: objects("customParameters",
        "The parameters that plugins made, each with `name`, `addedBy`, `value`, `min`, `max` and `defaultValue`.",
        r#"[{"name": "HeartRate", "addedBy": "Pato", "value": 72.0, "min": 40.0, "max": 200.0, "defaultValue": 60.0}]"#);
    CUSTOM_WIDTH_NDI: integer("customWidthNDI", "The width, in pixels, 256 to 8192, a multiple of 16; -1 leaves it.", "1024");
    DEFAULT_PARAMETERS: objects("defaultParameters", "VTube Studio's own parameters, in the same shape.",
        r#"[{"name": "FaceAngleX", "addedBy": "VTube Studio", "value": 4.5, "min": -30.0, "max": 30.0, "defaultValue": 0.0}]"#);
    DEFAULT_VALUE: number("defaultValue", "The value if nobody sends one, -1000000 to 1000000.", "60");
    DETAILS: boolean("details", "Whether to list the hotkeys and parameters of each expression.", "false");
    EFFECT_COUNT_AFTER_FILTER: integer("effectCountAfterFilter", "How many effects the filter lets through.", "4");
    EFFECT_COUNT_BEFORE_FILTER: integer("effectCountBeforeFilter", "How many effects there are.", "29");
    EFFECT_ID_FILTER: texts("effectIDFilter", "The effects to list; empty means all.", r#"["ColorGrading"]"#);
    EVENT_COUNTER: integer("eventCounter", "Counts the events since it was asked for, from 0.", "12");
    EXPLANATION: text("explanation", "What it is for, for the user; below 256 characters.", r#""Beats a minute.""#);
    EXPRESSIONS: objects("expressions", "The expressions, each with `name`, `file` and whether it is `active`.",
        r#"[{"name": "cry", "file": "cry.exp3.json", "active": false}]"#);
    EXPRESSION_FILE: text("expressionFile", "The file of the expression, which ends in `.exp3.json`.", r#""cry.exp3.json""#);
    EXPRESSION_NAME: text("expressionName", "The same without the ending.", r#""cry""#);
    FACE_FOUND: boolean("faceFound", "Whether the face is found.", "true");
    FADE_TIME: number("fadeTime", "How long it takes, in seconds, 0 to 2.", "0.5");
    FAIL_IF_ORDER_TAKEN: boolean("failIfOrderTaken", "Whether to fail if the place in the order is taken, instead of taking the next.", "false");
    FILE_NAME: text("fileName", "The file of the item, as `vtube.item-list` names it.", r#""hat.png""#);
    FILE_NAMES: texts("fileNames", "The files whose items are meant.", r#"["hat.png"]"#);
    FILL_EFFECTS: boolean("fillPostProcessingEffectsArray", "Whether to list the effects with their settings, a long list.", "false");
    FILL_PRESETS: boolean("fillPostProcessingPresetsArray", "Whether to list the presets, which reads the disk.", "false");
    FLIPPED: boolean("flipped", "Whether the item is mirrored.", "false");
    FOUND: boolean("found", "Whether the face is found.", "true");
    FOUND_ART_MESH_COUNT: integer("foundArtMeshCount", "How many of them were found in the model.", "1");
    FOUND_POINTS_COUNT: integer("foundPointsCount", "How many of them were found in the model.", "1");
    FRAME: integer("frame", "The frame of the animation, from 0; -1 leaves it.", "3");
    FRAMERATE: number("framerate", "Frames a second, 0.1 to 120; -1 leaves it.", "12");
    FREQUENCY: integer("frequency", "How many events a second. What the plugin that asks for the most wants goes for all.", "15");
    FRONT_ON: boolean("frontOn", "Whether the front part of a Live2D item is shown.", "true");
    GRANT_SUCCESS: boolean("grantSuccess", "Whether the permission is granted.", "true");
    HAD_BACK_LAYER: boolean("loadedModelHadRequestedBackLayer", "Whether the model has the place for the back part.", "true");
    HAD_FRONT_LAYER: boolean("loadedModelHadRequestedFrontLayer", "Whether the model has the place for the front part.", "true");
    HAS_PHYSICS_FILE: boolean("hasPhysicsFile", "Whether the model has physics.", "true");
    HELP_OVERRIDE: text("helpOverride", "What the button `?` shows, 4 to 1024 characters.", r#""Choose the parts that glow.""#);
    HOTKEY_ACTION: text("hotkeyAction", "What it does, such as `ToggleExpression` or `TriggerAnimation`.", r#""ToggleExpression""#);
    HOTKEY_CONFIG_CHANGED: boolean("hotkeyConfigChanged", "Whether hotkeys are among what changed.", "true");
    HOTKEY_FILE: text("hotkeyFile", "The file it works with; empty if there is none.", r#""cry.exp3.json""#);
    HOTKEY_ID: text("hotkeyID", "The hotkey, by its identifier or its name in any case.", r#""21bf7ade9e664f3ec29d05156e4ce5c1""#);
    HOTKEY_NAME: text("hotkeyName", "The name of the hotkey; may be empty.", r#""Cry""#);
    HOTKEY_TRIGGERED_BY_API: boolean("hotkeyTriggeredByAPI",
        "Whether a plugin pressed it, Pato or another; if Pato did, the event is flagged `own`.", "false");
    INACTIVE_ART_MESHES: texts("inactiveArtMeshes", "All other art meshes of the model.", r#"["D_BODY_00"]"#);
    INCLUDE_AVAILABLE_ITEM_FILES: boolean("includeAvailableItemFiles", "Whether to list the files, which reads the disk.", "false");
    INCLUDE_AVAILABLE_SPOTS: boolean("includeAvailableSpots", "Whether to list the free places in the order.", "false");
    INCLUDE_ITEM_INSTANCES: boolean("includeItemInstancesInScene", "Whether to list the items in the scene.", "true");
    INSTANCE_ID: text("instanceID", "The item, by its identifier in the scene.", r#""18de53dc47154b00afdd382a6ebd2194""#);
    INSTANCE_IDS: texts("instanceIDs", "The items that are meant.", r#"["18de53dc47154b00afdd382a6ebd2194"]"#);
    IS_IDLE_ANIMATION: boolean("isIdleAnimation", "Whether it is the animation that plays while nothing else does.", "false");
    IS_LIVE2D_ITEM: boolean("isLive2DItem", "Whether it happened in a Live2D item instead of the model.", "false");
    IS_PINNED: boolean("isPinned", "Whether the item is pinned now.", "true");
    IS_WINDOW_CAPTURE: boolean("isWindowCapture", "Whether the colours come from a window instead of a screen.", "false");
    ITEMS: text("items", "The folder of items.", r#""Items""#);
    ITEMS_INCLUDED: boolean("itemsIncluded", "Whether items are lit too.", "true");
    ITEMS_IN_SCENE_COUNT: integer("itemsInSceneCount", "How many items are in the scene.", "1");
    ITEMS_TO_MOVE: objects("itemsToMove",
        "The items, at most 64, each with `itemInstanceID` and what of `timeInSeconds` (0 to 30), `fadeMode`, `positionX`, `positionY`, `size`, `rotation`, `order`, `setFlip`, `flip` and `userCanStop` is to change.",
        r#"[{"itemInstanceID": "18de53dc47154b00afdd382a6ebd2194", "timeInSeconds": 1, "fadeMode": "easeOut", "positionX": 0.2}]"#);
    ITEM_EVENT_TYPE: text("itemEventType", "`Added`, `Removed`, `DroppedPinned`, `DroppedUnpinned`, `Clicked`, `Locked` or `Unlocked`.", r#""Clicked""#);
    ITEM_FILE_NAME: text("itemFileName", "The file of the item.", r#""hat.png""#);
    ITEM_INSTANCES: objects("itemInstancesInScene",
        "The items in the scene, each with `fileName`, `instanceID`, `order`, `type` and how it stands.",
        r#"[{"fileName": "hat.png", "instanceID": "18de53dc47154b00afdd382a6ebd2194", "order": 1, "type": "PNG"}]"#);
    ITEM_INSTANCE_ID: text("itemInstanceID", "The item, by its identifier in the scene.", r#""18de53dc47154b00afdd382a6ebd2194""#);
    ITEM_POSITION: object("itemPosition", "Where it is: `x` and `y`, -1 to 1 within the window.", r#"{"x": -0.34, "y": 0.51}"#);
    JUST_LOADED: boolean("justLoaded", "Whether it only tells how things stand after a model was loaded.", "false");
    LEFT_CAPTURE_PART: object("leftCapturePart", "The left part of what is captured: `active`, `colorR`, `colorG`, `colorB`.", r#"{"active": true, "colorR": 243, "colorG": 231, "colorB": 234}"#);
    LEFT_HAND_FOUND: boolean("leftHandFound", "Whether the left hand is found; missing until VTube Studio has told.", "false");
    LIVE2D_ITEM_FILE_NAME: text("live2DItemFileName", "A Live2D item whose hotkeys are meant instead.", r#""Ribbon (@denchisoft)""#);
    LIVE2D_MODEL_NAME: text("live2DModelName", "The file of the Live2D model.", r#""Akari.model3.json""#);
    LOADED_MODEL_ID: text("loadedModelID", "The model, by its identifier.", r#""d87b771d2902473bbaa0226d03ef4754""#);
    LOADED_MODEL_NAME: text("loadedModelName", "The model, by name.", r#""Akari""#);
    LOCKED: boolean("locked", "Whether the item is protected against being moved.", "false");
    LOGS: text("logs", "The folder of logs.", r#""Logs""#);
    MATCHED_ART_MESHES: integer("matchedArtMeshes", "How many art meshes were tinted.", "3");
    MAX: number("max", "The upper end proposed for mappings, -1000000 to 1000000; values may lie beyond.", "200");
    MIDDLE_CAPTURE_PART: object("middleCapturePart", "The middle part, in the same shape.", r#"{"active": true, "colorR": 230, "colorG": 83, "colorB": 89}"#);
    MIN: number("min", "The lower end proposed for mappings, -1000000 to 1000000; values may lie beyond.", "40");
    MODE: text("mode",
        "`set` (if left out) takes the parameter over, which one plugin can at a time; `add` adds to whatever it is, and any number of plugins can.", r#""set""#);
    MODELS: text("models", "The folder of models.", r#""Live2DModels""#);
    MODEL_HAS_PHYSICS: boolean("modelHasPhysics", "Whether the model has physics that work.", "true");
    MODEL_ID: text("modelID", "The model, by its identifier.", r#""d87b771d2902473bbaa0226d03ef4754""#);
    MODEL_LOADED: boolean("modelLoaded", "Whether a model is loaded.", "true");
    MODEL_LOAD_TIME: integer("modelLoadTime", "How long the model took to load, in milliseconds.", "3021");
    MODEL_NAME: text("modelName", "The model, by name.", r#""Akari""#);
    MODEL_POSITION: object("modelPosition",
        "Where the model is: `positionX` and `positionY` (-1 to 1 within the window), `rotation` (0 to 360 degrees) and `size` (-100 to 100).",
        r#"{"positionX": -0.1, "positionY": 0.4, "rotation": 9.33, "size": -61.9}"#);
    MODEL_WAS_CLICKED: boolean("modelWasClicked", "Whether the click met the model.", "true");
    MOUSE_BUTTON_ID: integer("mouseButtonID", "0 is left, 1 right, 2 the wheel.", "0");
    MOVED_ITEMS: objects("movedItems", "Each item with `success`, and VTube Studio's `errorID` or -1.",
        r#"[{"itemInstanceID": "18de53dc47154b00afdd382a6ebd2194", "success": true, "errorID": -1}]"#);
    NAME: text("name", "The parameter, by name.", r#""FaceAngleX""#);
    NDI_ACTIVE: boolean("ndiActive", "Whether NDI is on.", "true");
    NUMBER_OF_ARTMESHES: integer("numberOfLive2DArtmeshes", "How many art meshes the model has.", "136");
    NUMBER_OF_ART_MESH_NAMES: integer("numberOfArtMeshNames", "How many art meshes there are.", "1");
    NUMBER_OF_ART_MESH_TAGS: integer("numberOfArtMeshTags", "How many tags there are.", "1");
    NUMBER_OF_MODELS: integer("numberOfModels", "How many models there are.", "1");
    NUMBER_OF_PARAMETERS: integer("numberOfLive2DParameters", "How many Live2D parameters the model has.", "29");
    NUMBER_OF_TEXTURES: integer("numberOfTextures", "How many textures the model has.", "2");
    ONLY_WITH_FILE_NAME: text("onlyItemsWithFileName", "Only items of this file.", r#""hat.png""#);
    ONLY_WITH_INSTANCE_ID: text("onlyItemsWithInstanceID", "Only this item.", r#""18de53dc47154b00afdd382a6ebd2194""#);
    OPACITY: number("opacity", "How opaque the item is, 0 to 1; -1 leaves it.", "1.0");
    ORDER: integer("order", "The place in the order, -30 behind everything to 30 before everything.", "4");
    OVERRIDE_STRENGTHS: objects("strengthOverrides",
        "Groups of physics by `id`, each with `value` (0 to 2; for `setBaseValue` 0 to 100) and `overrideSeconds` (0.5 to 5).",
        r#"[{"id": "PhysicsSetting1", "value": 1.5, "setBaseValue": false, "overrideSeconds": 2}]"#);
    OVERRIDE_WINDS: objects("windOverrides", "The same for the wind.",
        r#"[{"id": "", "value": 85, "setBaseValue": true, "overrideSeconds": 5}]"#);
    PARAMETERS: objects("parameters", "The Live2D parameters, each with `name`, `value`, `min`, `max` and `defaultValue`.",
        r#"[{"name": "ParamAngleX", "value": 12.4, "min": -30.0, "max": 30.0, "defaultValue": 0.0}]"#);
    PARAMETER_IDS: texts("ids", "The parameters to let go; all that the plugin holds if left out.", r#"["FaceAngleX"]"#);
    PARAMETER_NAME: text("parameterName", "The parameter: 4 to 32 letters and digits.", r#""HeartRate""#);
    PARAMETER_VALUES: objects("parameterValues",
        "The parameters, each with `id`, `value` (-1000000 to 1000000) and, to mix with the tracking, `weight` (0 to 1; 1 if left out).",
        r#"[{"id": "FaceAngleX", "value": 12.31, "weight": 0.8}]"#);
    PERMISSIONS: objects("permissions", "Every permission by `name`, and whether it is `granted`.",
        r#"[{"name": "LoadCustomImagesAsItems", "granted": true}]"#);
    PHYSICS_FPS_SETTING: integer("physicsFPSSetting", "How often physics are computed a second: 30, 60, 120, or -1 as often as the picture.", "-1");
    PHYSICS_GROUPS: objects("physicsGroups", "The groups, each with `groupID`, `groupName`, `strengthMultiplier` and `windMultiplier`.",
        r#"[{"groupID": "PhysicsSetting1", "groupName": "Hair", "strengthMultiplier": 1.5, "windMultiplier": 0.3}]"#);
    PHYSICS_SWITCHED_ON: boolean("physicsSwitchedOn", "Whether the user lets physics work.", "true");
    PIN: boolean("pin", "Whether to pin the item; false lets it go.", "true");
    PIN_INFO: object("pinInfo",
        "Where: `modelID`, `artMeshID`, `angle`, `size`, and for `Provided` three `vertexID`s with `vertexWeight`s that add up to 1, as in `hitInfo`.",
        r#"{"artMeshID": "D_FACE_00", "angle": 0, "size": 0.33}"#);
    POSITION_X: number("positionX", "Where across, -1 left to 1 right; up to 1000 either way.", "0.1");
    POSITION_Y: number("positionY", "Where up, -1 bottom to 1 top; up to 1000 either way.", "-0.7");
    POST_PROCESSING_ACTIVE: boolean("postProcessingActive", "Whether effects are on.", "true");
    POST_PROCESSING_EFFECTS: objects("postProcessingEffects", "The effects with their settings, if asked for.", "[]");
    POST_PROCESSING_FADE_TIME: number("postProcessingFadeTime", "How long the change takes, in seconds, 0 to 2.", "1.3");
    POST_PROCESSING_ON: boolean("postProcessingOn", "Whether effects are on.", "true");
    POST_PROCESSING_PRESETS: texts("postProcessingPresets", "The presets, if asked for.", r#"["cosy"]"#);
    POST_PROCESSING_SUPPORTED: boolean("postProcessingSupported", "Whether this system can show effects.", "true");
    POST_PROCESSING_VALUES: objects("postProcessingValues", "Settings, each with `configID` and `configValue` as text.",
        r#"[{"configID": "Bloom_Strength", "configValue": "0.8"}]"#);
    PRESET_COUNT: integer("presetCount", "How many presets are listed.", "1");
    PRESET_IS_ACTIVE: boolean("presetIsActive", "Whether a preset is in use.", "true");
    PRESET_TO_SET: text("presetToSet", "The preset, without the ending of its file.", r#""cosy""#);
    RANDOMIZE_ALL: boolean("randomizeAll", "Whether to let chance choose every setting.", "false");
    RANDOMIZE_CHAOS: number("randomizeAllChaosLevel", "How wild chance is, 0 to 1.", "0.4");
    RELEASED: texts("released", "The parameters that were let go.", r#"["FaceAngleX"]"#);
    REQUESTED_ART_MESH_COUNT: integer("requestedArtMeshCount", "How many the user has to choose; 0 means any number.", "5");
    REQUESTED_PERMISSION: text("requestedPermission", "The permission; none only lists them. There is `LoadCustomImagesAsItems`.", r#""LoadCustomImagesAsItems""#);
    RESTRICTED_EFFECTS_ALLOWED: boolean("restrictedEffectsAllowed", "Whether the user allowed restricted effects.", "false");
    RIGHT_CAPTURE_PART: object("rightCapturePart", "The right part, in the same shape.", r#"{"active": false, "colorR": 235, "colorG": 95, "colorB": 101}"#);
    RIGHT_HAND_FOUND: boolean("rightHandFound", "Whether the right hand is found; missing until VTube Studio has told.", "false");
    ROTATION: number("rotation", "The angle, in degrees clockwise, -360 to 360.", "16.3");
    SET_ALL_OTHER_TO_DEFAULT: boolean("setAllOtherValuesToDefault", "Whether what is not named goes back to its default.", "false");
    SET_ANIMATION_PLAY_STATE: boolean("setAnimationPlayState", "Whether to start or stop the animation.", "true");
    SET_AUTO_STOP_FRAMES: boolean("setAutoStopFrames", "Whether to change the frames it stops at.", "false");
    SET_BACK_ORDER: text("setBackOrder", "`Unchanged`, `UseArtMeshID` or `UseSpecialID`.", r#""UseSpecialID""#);
    SET_FRONT_ORDER: text("setFrontOrder", "`Unchanged`, `UseArtMeshID` or `UseSpecialID`.", r#""UseArtMeshID""#);
    SET_NEW_CONFIG: boolean("setNewConfig", "Whether to change anything; false only reads.", "false");
    SET_PRESET: boolean("setPostProcessingPreset", "Whether to load `presetToSet`; not together with values.", "true");
    SET_SPLIT_POINT: text("setSplitPoint", "`Unchanged` or `UseArtMeshID`.", r#""Unchanged""#);
    SET_VALUES: boolean("setPostProcessingValues", "Whether to set `postProcessingValues`; not together with a preset.", "false");
    SHOULD_SEND_PARAMETERS: boolean("shouldSendParameters", "Whether the user lets parameters be sent to it.", "false");
    SIZE: number("size", "The size: for the model -100 to 100, for an item 0 to 1.", "0.33");
    SIZE_RELATIVE_TO: text("sizeRelativeTo", "`RelativeToWorld` (0 to 1) or `RelativeToCurrentItemSize` (-1 to 1).", r#""RelativeToWorld""#);
    SMOOTHING: number("smoothing", "How smoothly: for an item 0 to 1, for light 0 to 60.", "0");
    SPLIT_AT: text("splitAt", "The art mesh at which a Live2D item is split into front and back.", r#""D_CORD_01""#);
    STARTED_WITH_STEAM: boolean("startedWithSteam", "Whether Steam started it.", "true");
    SUBSCRIBED_ART_MESH_COUNT: integer("subscribedArtMeshCount", "How many are followed, for all plugins of Pato.", "1");
    SUBSCRIBED_POINTS_COUNT: integer("subscribedPointsCount", "How many are followed, for all plugins of Pato.", "1");
    SUCCESS: boolean("success", "Whether the user chose, instead of closing the window.", "true");
    TEXTURE_RESOLUTION: integer("textureResolution", "The width of its textures, in pixels.", "4096");
    TEXT_OVERRIDE: text("textOverride", "What stands above the list, 4 to 1024 characters.", r#""Choose what glows""#);
    TIME_IN_SECONDS: number("timeInSeconds", "How long the movement takes, in seconds, 0 to 2.", "0.2");
    TIME_SINCE_MODEL_LOADED: integer("timeSinceModelLoaded", "How long ago it was loaded, in milliseconds.", "419903");
    TOTAL_ITEMS_ALLOWED: integer("totalItemsAllowedCount", "How many items can be in the scene.", "60");
    TRACKED_POINTS: objects("trackingPoints",
        "The points that were found, each with `trackingPointID`, `artMeshVisible`, `position` (`x` and `y`, -1 to 1), `rotation` (degrees) and `size`.",
        r#"[{"trackingPointID": "hat", "artMeshVisible": true, "position": {"x": 0.1, "y": 0.6}, "rotation": 12.5, "size": 0.2}]"#);
    TRACKING_POINTS: objects("trackingPoints",
        "The points, each with a `trackingPointID` of your own, `artMeshCoords` as in `hitInfo`, and whether to `visualize` it; at most 100 for all plugins of Pato. None ends it.",
        r#"[{"trackingPointID": "hat", "artMeshCoords": {"artMeshID": "D_FACE_00", "vertexID1": 80, "vertexID2": 76, "vertexID3": 75, "vertexWeight1": 0.5, "vertexWeight2": 0.25, "vertexWeight3": 0.25}, "visualize": false}]"#);
    TRYING_TO_CONNECT: boolean("tryingToConnect", "Whether VTube Studio tries to reach the editor.", "true");
    UNLOADED_ITEMS: objects("unloadedItems", "What was removed, each with `instanceID` and `fileName`.",
        r#"[{"instanceID": "18de53dc47154b00afdd382a6ebd2194", "fileName": "hat.png"}]"#);
    UNLOAD_ALL: boolean("unloadAllInScene", "Whether to remove every item.", "false");
    UNLOAD_ALL_OWN: boolean("unloadAllLoadedByThisPlugin", "Whether to remove every item that Pato loaded, for whichever of its plugins.", "true");
    UNLOAD_ON_DISCONNECT: boolean("unloadWhenPluginDisconnects", "Whether the item goes when Pato does.", "true");
    UPTIME: integer("uptime", "How long VTube Studio has run, in milliseconds.", "1439384");
    USE_CUSTOM_RESOLUTION: boolean("useCustomResolution", "Whether NDI has a size of its own.", "false");
    USE_NDI5: boolean("useNDI5", "Whether it is NDI 5 instead of 4.", "true");
    USING_LEGACY_PHYSICS: boolean("usingLegacyPhysics", "Whether the older physics are used.", "false");
    USING_RESTRICTED: boolean("usingRestrictedEffects", "Whether restricted effects are meant to be among them.", "false");
    VALUE: number("value", "Its value now.", "12.4");
    VALUES_ARE_RELATIVE: boolean("valuesAreRelativeToModel", "Whether the values are added to where the model is.", "false");
    VERSION: text("vTubeStudioVersion", "The version of VTube Studio.", r#""1.32.0""#);
    VERTEX_PIN_TYPE: text("vertexPinType", "`Provided`, `Center` or `Random`.", r#""Center""#);
    VTS_MODEL_ICON_NAME: text("vtsModelIconName", "The picture of the model in the list; empty if there is none.", r#""icon.png""#);
    VTS_MODEL_NAME: text("vtsModelName", "The file of the model's settings.", r#""Akari.vtube.json""#);
    WINDOW_HEIGHT: integer("windowHeight", "The height of the window, in pixels.", "812");
    WINDOW_IS_FULLSCREEN: boolean("windowIsFullscreen", "Whether it fills the screen.", "false");
    WINDOW_SIZE: object("windowSize", "The size of the window, in pixels: `x` wide, `y` high.", r#"{"x": 1920, "y": 1080}"#);
    WINDOW_WIDTH: integer("windowWidth", "The width of the window, in pixels.", "1031");
    WITHIN_MODEL_BACK: text("withinModelOrderBack", "An art mesh, or `FullyInBack`.", r#""FullyInBack""#);
    WITHIN_MODEL_FRONT: text("withinModelOrderFront", "An art mesh, `FullyInFront` or `FullyInBack`.", r#""D_FACE_00""#);
}
