//! Short forms for what every payload type and every action needs.

/// Makes a type the payload of a topic: its name, `stateful` if its latest event is kept, an example.
macro_rules! topic {
    ($type:ident, $topic:literal, $example:expr) => {
        topic!(@of $type, $topic, false, $example);
    };
    ($type:ident, $topic:literal, stateful, $example:expr) => {
        topic!(@of $type, $topic, true, $example);
    };
    (@of $type:ident, $topic:literal, $stateful:literal, $example:expr) => {
        impl $crate::catalogue::TopicPayload for $type {
            const TOPIC: &'static str = $topic;
            const STATEFUL: bool = $stateful;

            fn example() -> Self {
                $example
            }
        }
    };
}

/// Defines an action, with parameters that begin with who shall do it, as whom, and where.
macro_rules! action {
    (
        $(#[$meta:meta])*
        $name:literal $action:ident($parameters:ident) -> $answer:ty
        $(, danger $danger:literal)?
        {
            $($(#[$field_meta:meta])* $field:ident: $type:ty = $example:expr,)*
        }
    ) => {
        #[doc = concat!("The action `", $name, "`.")]
        pub enum $action {}

        $(#[$meta])*
        #[serde_with::skip_serializing_none]
        #[derive(
            Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize,
            schemars::JsonSchema,
        )]
        #[serde(deny_unknown_fields)]
        pub struct $parameters {
            /// The connector, as in the `source` of an event; none means the only one that can.
            pub connector: Option<String>,
            /// The account to act as, as in the `account` of an event; none means the one that the
            /// user chose for such deeds.
            pub account: Option<String>,
            /// The channel; none means the connector's own.
            pub channel: Option<String>,
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $crate::catalogue::Action for $action {
            const NAME: &'static str = $name;
            $(const DANGER: Option<&'static str> = Some($danger);)?
            type Parameters = $parameters;
            type Answer = $answer;

            #[allow(clippy::needless_update, reason = "some actions take nothing more")]
            fn example() -> Self::Parameters {
                $parameters {
                    $($field: $example,)*
                    ..$parameters::default()
                }
            }
        }
    };
}

pub(super) use {action, topic};
