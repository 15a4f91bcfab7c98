//! Generated from `wit/`. Each handler has a world of its own, so that a plugin exports some and not
//! others; they share the types of the imports.
#![allow(
    missing_docs,
    unsafe_code,
    unreachable_pub,
    clippy::all,
    clippy::indexing_slicing,
    clippy::uninlined_format_args,
    reason = "generated code"
)]

pub mod imports {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "pato:platform/imports",
        generate_unused_types: true,
    });
}

pub mod life_cycle {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package pato:sdk; world life-cycle { export pato:platform/life-cycle@0.1.0; }",
        with: { "pato:platform/types@0.1.0": super::imports::pato::platform::types },
        pub_export_macro: true,
        export_macro_name: "export_life_cycle",
        default_bindings_module: "pato_sdk::__private::life_cycle",
    });
}

pub mod migration {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package pato:sdk; world migration { export pato:platform/migration@0.1.0; }",
        with: { "pato:platform/types@0.1.0": super::imports::pato::platform::types },
        pub_export_macro: true,
        export_macro_name: "export_migration",
        default_bindings_module: "pato_sdk::__private::migration",
    });
}

pub mod event_handler {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package pato:sdk; world event-handler { export pato:platform/event-handler@0.1.0; }",
        with: { "pato:platform/types@0.1.0": super::imports::pato::platform::types },
        pub_export_macro: true,
        export_macro_name: "export_event_handler",
        default_bindings_module: "pato_sdk::__private::event_handler",
    });
}

pub mod command_handler {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package pato:sdk; world command-handler { export pato:platform/command-handler@0.1.0; }",
        with: { "pato:platform/types@0.1.0": super::imports::pato::platform::types },
        pub_export_macro: true,
        export_macro_name: "export_command_handler",
        default_bindings_module: "pato_sdk::__private::command_handler",
    });
}

pub mod timer_handler {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package pato:sdk; world timer-handler { export pato:platform/timer-handler@0.1.0; }",
        with: {
            "pato:platform/types@0.1.0": super::imports::pato::platform::types,
            "pato:platform/timers@0.1.0": super::imports::pato::platform::timers,
        },
        pub_export_macro: true,
        export_macro_name: "export_timer_handler",
        default_bindings_module: "pato_sdk::__private::timer_handler",
    });
}

pub mod websocket_handler {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package pato:sdk; world websocket-handler { export pato:platform/websocket-handler@0.1.0; }",
        with: {
            "pato:platform/types@0.1.0": super::imports::pato::platform::types,
            "pato:platform/websocket@0.1.0": super::imports::pato::platform::websocket,
        },
        pub_export_macro: true,
        export_macro_name: "export_websocket_handler",
        default_bindings_module: "pato_sdk::__private::websocket_handler",
    });
}

pub mod settings_handler {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package pato:sdk; world settings-handler { export pato:platform/settings-handler@0.1.0; }",
        pub_export_macro: true,
        export_macro_name: "export_settings_handler",
        default_bindings_module: "pato_sdk::__private::settings_handler",
    });
}

pub mod ui_handler {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package pato:sdk; world ui-handler { export pato:platform/ui-handler@0.1.0; }",
        with: { "pato:platform/types@0.1.0": super::imports::pato::platform::types },
        pub_export_macro: true,
        export_macro_name: "export_ui_handler",
        default_bindings_module: "pato_sdk::__private::ui_handler",
    });
}
