//! What happens next in the simulated channel, from a seed.

use std::time::Duration;

use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::channel::{
    Cheer, Follow, Gift, Raid, RedemptionStatus, RewardRedeemed, Subscribe,
};
use pato_events::catalogue::chat::{ChatMessage, Emote, User};
use pato_events::{Payload, Topic};
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::SimulatorConfiguration;
use super::cast::{EMOTES, Person, REWARDS, TEXTS, everyone};

/// One thing that happens.
#[derive(Debug, Clone)]
pub struct Scene {
    /// How long after the one before.
    pub pause: Duration,
    /// What happens.
    pub topic: Topic,
    /// The payload.
    pub data: Payload,
    /// The payload, if it is a chat message.
    pub message: Option<ChatMessage>,
}

/// The scenes, without end. The same seed, rate and channel give the same scenes.
pub struct Scenario {
    random: Xoshiro256PlusPlus,
    people: Vec<Person>,
    channel: String,
    seed: u64,
    rate: f64,
    messages: u64,
}

#[derive(Clone, Copy)]
enum Kind {
    Chat,
    Follow,
    Subscribe,
    Cheer,
    Reward,
    Gift,
    Raid,
}

/// How often each kind happens, in parts of a thousand.
const KINDS: &[(u32, Kind)] = &[
    (905, Kind::Chat),
    (36, Kind::Follow),
    (16, Kind::Subscribe),
    (16, Kind::Cheer),
    (16, Kind::Reward),
    (7, Kind::Gift),
    (4, Kind::Raid),
];

const TIERS: &[(u32, &str)] = &[(70, "1000"), (20, "Prime"), (7, "2000"), (3, "3000")];

impl Scenario {
    /// The scenes of this configuration, whose rate is above 0.
    pub fn new(configuration: &SimulatorConfiguration) -> Self {
        Self {
            random: Xoshiro256PlusPlus::seed_from_u64(configuration.seed),
            people: everyone(),
            channel: configuration.channel.clone(),
            seed: configuration.seed,
            rate: configuration.rate,
            messages: 0,
        }
    }

    /// The pause of a Poisson process, at most an hour.
    fn pause(&mut self) -> Duration {
        let uniform: f64 = self.random.random();
        let seconds = -(1.0 - uniform).ln() / self.rate;
        Duration::try_from_secs_f64(seconds.min(3_600.0)).unwrap_or(Duration::from_secs(3_600))
    }

    /// One value of a weighted list; none only if the list is empty.
    fn weighted<T: Copy>(&mut self, list: &[(u32, T)]) -> Option<T> {
        let sum: u32 = list.iter().map(|(weight, _)| weight).sum();
        let mut place = self.random.random_range(0..sum.max(1));
        for (weight, value) in list {
            match place.checked_sub(*weight) {
                None => return Some(*value),
                Some(rest) => place = rest,
            }
        }
        None
    }

    fn someone(&mut self) -> Option<&Person> {
        self.people.choose(&mut self.random)
    }

    fn user(&mut self) -> Option<User> {
        self.someone().map(|person| person.user.clone())
    }

    fn chat(&mut self) -> Option<ChatMessage> {
        let texts = self.weighted(TEXTS)?;
        let text = *texts.choose(&mut self.random)?;
        let is_first = self.random.random_ratio(1, 50);
        self.messages += 1;
        let message_id = format!("simulated-{}-{}", self.seed, self.messages);
        let channel = self.channel.clone();
        let person = self.someone()?;
        Some(ChatMessage {
            roles: person.roles.clone(),
            badges: person.badges.clone(),
            color: Some(person.color.to_owned()),
            emotes: emotes(text),
            is_first,
            ..ChatMessage::new(message_id, channel, person.user.clone(), text)
        })
    }

    fn happen(&mut self, pause: Duration) -> Option<Scene> {
        let channel = self.channel.clone();
        match self.weighted(KINDS)? {
            Kind::Chat => {
                let message = self.chat()?;
                let scene = scene(pause, &message)?;
                Some(Scene {
                    message: Some(message),
                    ..scene
                })
            }
            Kind::Follow => {
                let user = self.user()?;
                scene(pause, &Follow { channel, user })
            }
            Kind::Subscribe => {
                let months = self.random.random_range(1..=24);
                let text = (months > 1).then(|| format!("{months} months already, keep it up!"));
                let tier = self.weighted(TIERS)?.to_owned();
                let user = self.user()?;
                let subscribe = Subscribe {
                    channel,
                    user,
                    tier: Some(tier),
                    months: Some(months),
                    streak: None,
                    gifted: false,
                    text,
                };
                scene(pause, &subscribe)
            }
            Kind::Cheer => {
                let bits = *[1, 50, 100, 100, 200, 500, 1_000].choose(&mut self.random)?;
                let text = format!("Cheer{bits} great stream");
                let anonymous = self.random.random_ratio(1, 10);
                let user = self.user().filter(|_| !anonymous);
                let cheer = Cheer {
                    channel,
                    user,
                    amount: bits,
                    unit: "bits".to_owned(),
                    text,
                };
                scene(pause, &cheer)
            }
            Kind::Reward => {
                let (reward_id, title, cost) = *REWARDS.choose(&mut self.random)?;
                let number: u64 = self.random.random();
                let user = self.user()?;
                let reward = RewardRedeemed {
                    channel,
                    redemption_id: Some(format!("simulated-{number:016x}")),
                    reward_id: reward_id.to_owned(),
                    title: Some(title.to_owned()),
                    cost: Some(cost),
                    user,
                    input: None,
                    status: Some(RedemptionStatus::Open),
                };
                scene(pause, &reward)
            }
            Kind::Gift => {
                let count = *[1, 1, 1, 5, 5, 10, 20].choose(&mut self.random)?;
                let user = self.user();
                let recipients = self.user().filter(|_| count == 1);
                let gift = Gift {
                    channel,
                    user,
                    recipients: recipients.into_iter().collect(),
                    count,
                    tier: Some("1000".to_owned()),
                    total: None,
                };
                scene(pause, &gift)
            }
            Kind::Raid => {
                let viewers = self.random.random_range(3..=400);
                let user = self.user()?;
                let raid = Raid {
                    channel,
                    user,
                    viewers,
                };
                scene(pause, &raid)
            }
        }
    }
}

impl Iterator for Scenario {
    type Item = Scene;

    fn next(&mut self) -> Option<Scene> {
        let pause = self.pause();
        self.happen(pause)
    }
}

fn scene<T: TopicPayload>(pause: Duration, payload: &T) -> Option<Scene> {
    Some(Scene {
        pause,
        topic: Topic::new(T::TOPIC).ok()?,
        data: Payload::from_value(payload).ok()?,
        message: None,
    })
}

fn emotes(text: &str) -> Vec<Emote> {
    let mut begin = 0;
    let mut emotes = Vec::new();
    for word in text.split(' ') {
        let length = u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
        if let Some((name, id)) = EMOTES.iter().find(|(name, _)| *name == word) {
            emotes.push(Emote {
                id: (*id).to_owned(),
                name: (*name).to_owned(),
                begin,
                end: begin + length,
            });
        }
        begin += length + 1;
    }
    emotes
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn scenes(seed: u64, rate: f64, count: usize) -> Vec<Scene> {
        let configuration = SimulatorConfiguration {
            seed,
            rate,
            channel: "pato".to_owned(),
        };
        Scenario::new(&configuration).take(count).collect()
    }

    fn told(scenes: &[Scene]) -> Vec<(Duration, String)> {
        let line = |scene: &Scene| format!("{} {}", scene.topic, scene.data.as_str());
        scenes
            .iter()
            .map(|scene| (scene.pause, line(scene)))
            .collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_scenes_and_another_gives_others() {
        assert_eq!(told(&scenes(7, 2.0, 2_000)), told(&scenes(7, 2.0, 2_000)));
        assert_ne!(told(&scenes(7, 2.0, 50)), told(&scenes(8, 2.0, 50)));
    }

    #[test]
    fn the_beginning_of_a_seed_stays_the_same_from_version_to_version() {
        let messages = scenes(1, 2.0, 3)
            .into_iter()
            .filter_map(|scene| scene.message);
        let said = messages.map(|message| format!("{}: {}", message.user.login, message.text));
        assert_eq!(
            said.collect::<Vec<_>>(),
            [
                "elenaegret: hey, made it on time today",
                "gooseontheloose: hi everyone",
                "pixelplume: hi everyone",
            ]
        );
    }

    #[test]
    fn every_kind_happens_and_fits_the_catalogue() {
        let mut counts = HashMap::new();
        for scene in scenes(3, 2.0, 5_000) {
            let entry = pato_events::catalogue::topic(scene.topic.as_str()).unwrap();
            entry.check(&scene.data).unwrap();
            *counts.entry(scene.topic.to_string()).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), KINDS.len(), "{counts:?}");
        let chat = counts["chat.message"];
        assert!((4_300..4_700).contains(&chat), "{chat} of 5,000 are chat");
    }

    #[test]
    fn the_rate_holds_on_average() {
        for rate in [0.5, 2.0, 1_000.0] {
            let sum: Duration = scenes(5, rate, 20_000)
                .iter()
                .map(|scene| scene.pause)
                .sum();
            let measured = 20_000.0 / sum.as_secs_f64();
            assert!(
                (measured / rate - 1.0).abs() < 0.05,
                "{measured} for {rate}"
            );
        }
    }

    #[test]
    fn emotes_stand_where_the_text_has_them() {
        for message in scenes(2, 2.0, 500)
            .into_iter()
            .filter_map(|scene| scene.message)
        {
            let characters: Vec<char> = message.text.chars().collect();
            for emote in message.emotes {
                let range = emote.begin as usize..emote.end as usize;
                assert_eq!(characters[range].iter().collect::<String>(), emote.name);
            }
        }
    }
}
