//! Who is in the simulated channel, and what they say.

use pato_events::catalogue::chat::{Badge, Role, User};

/// Someone in the channel.
pub(super) struct Person {
    pub(super) user: User,
    pub(super) roles: Vec<Role>,
    pub(super) badges: Vec<Badge>,
    pub(super) color: &'static str,
}

const NAMES: &[&str] = &[
    "Ronni",
    "QuackAttack",
    "mallard_mike",
    "LuciaLivens",
    "DrBreadcrumb",
    "PondPatrol",
    "NightHeron",
    "teal_tina",
    "Sir_Waddles",
    "BeakSpeak",
    "GooseOnTheLoose",
    "FeatherWeight",
    "OttoPilot",
    "MarinaMoor",
    "reedwarbler",
    "PixelPlume",
    "KaiDrakes",
    "webfoot_willy",
    "ElenaEgret",
    "SwanSolo",
    "HatchBack",
    "CanardNoir",
    "JunoJumps",
    "mudflat_max",
    "AnaPintail",
    "LakeSuperior",
    "bobbing_bob",
    "TheQuackening",
    "NestEgg",
    "Ruddy_Shelly",
    "DownTheStream",
    "EiderWay",
];

const COLORS: &[&str] = &[
    "#FF4500", "#2E8B57", "#1E90FF", "#9ACD32", "#DAA520", "#8A2BE2", "#FF69B4", "#5F9EA0",
];

/// How often each kind of text is said, in parts of their sum, and its variants.
pub(super) const TEXTS: &[(u32, &[&str])] = &[
    // Greetings.
    (
        14,
        &[
            "hi everyone",
            "hello chat!",
            "good evening from Lisbon",
            "hey, made it on time today",
            "morning all",
        ],
    ),
    // Talk.
    (
        34,
        &[
            "that was close",
            "nice one",
            "no way that worked",
            "first time here, love the vibe",
            "I missed the beginning, what happened?",
            "the sound is great today",
            "brb dinner",
            "lol the duck again",
            "same here",
            "that boss has two phases, careful",
            "gg well played",
            "welcome back, how was the trip",
            "this song is a banger",
        ],
    ),
    // Questions.
    (
        14,
        &[
            "what keyboard is that?",
            "how long have you been streaming?",
            "which mod pack is this?",
            "is there a schedule?",
            "can you show the build again?",
            "what is the plan for tomorrow?",
        ],
    ),
    // Commands.
    (
        16,
        &[
            "!hello",
            "!scene Gaming",
            "!scene Talking",
            "!scene Break",
            "!uptime",
            "!commands",
            "!discord",
        ],
    ),
    // Emotes.
    (
        14,
        &[
            "Kappa",
            "PogChamp PogChamp",
            "LUL",
            "HeyGuys",
            "that timing LUL",
            "BibleThump",
            "GG Kappa",
        ],
    ),
    // What moderation is for.
    (
        4,
        &[
            "WHY WOULD YOU DO THAT AGAIN",
            "THIS IS THE BEST STREAM EVER",
            "STOP STOP STOP GO BACK",
        ],
    ),
    (
        4,
        &[
            "cheap followers at https://best-viewers.example/buy",
            "look at www.totally-not-spam.example now",
            "my new clip https://clips.example/duck",
        ],
    ),
];

/// The words in [`TEXTS`] that are emotes, with Twitch's identifiers.
pub(super) const EMOTES: &[(&str, &str)] = &[
    ("Kappa", "25"),
    ("PogChamp", "305954156"),
    ("LUL", "425618"),
    ("HeyGuys", "30259"),
    ("BibleThump", "86"),
];

/// Rewards for channel points: identifier, title, cost.
pub(super) const REWARDS: &[(&str, &str, u32)] = &[
    ("92af127c-7326-4483-a52b-b0da0be61c01", "Gaming scene", 500),
    ("1d2f7a34-5a4e-4d30-8f52-0f6ab0a3a002", "Hydrate!", 200),
    (
        "7be0c1ce-08c4-4c3f-9f5b-7c1f3c1e7003",
        "Choose the next song",
        1_000,
    ),
];

/// Everyone, always in the same order.
pub(super) fn everyone() -> Vec<Person> {
    let person = |(index, name): (usize, &&str)| {
        let (roles, badges) = standing(index);
        Person {
            user: User {
                id: (10_001 + index * 37).to_string(),
                login: name.to_lowercase(),
                name: (*name).to_owned(),
            },
            roles,
            badges,
            color: COLORS
                .get(index % COLORS.len())
                .copied()
                .unwrap_or("#FF4500"),
        }
    };
    NAMES.iter().enumerate().map(person).collect()
}

/// One in twelve moderates, one in ten is a VIP, one in three subscribes.
fn standing(index: usize) -> (Vec<Role>, Vec<Badge>) {
    let kinds = [
        (index.is_multiple_of(12), Role::Moderator, "moderator", "1"),
        (index % 10 == 3, Role::Vip, "vip", "1"),
        (index.is_multiple_of(3), Role::Subscriber, "subscriber", "6"),
    ];
    let held = kinds.into_iter().filter(|(held, ..)| *held);
    held.map(|(_, role, id, version)| {
        let (id, version) = (id.to_owned(), version.to_owned());
        (role, Badge { id, version })
    })
    .unzip()
}
