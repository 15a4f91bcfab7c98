//! Announces that the stream begins: so that it stands out where that is allowed, else plainly.

// ANCHOR: plugin
use pato_sdk::catalogue::chat::{SendAnnouncement, SendAnnouncementParameters};
use pato_sdk::catalogue::stream::StreamStatus;
use pato_sdk::prelude::*;

#[derive(Default)]
struct Optional {
    live: bool,
}

#[plugin]
impl Plugin for Optional {
    fn init(&mut self) -> Result<()> {
        events::subscribe("stream.status")
    }

    fn event(&mut self, event: Event) -> Result<()> {
        let Some(status) = event.payload::<StreamStatus>()? else {
            return Ok(());
        };
        let begins = status.live && !self.live && !event.flags.snapshot;
        self.live = status.live;
        match begins {
            true => announce(&status.title.unwrap_or_else(|| "We are live!".to_owned())),
            false => Ok(()),
        }
    }
}

fn announce(text: &str) -> Result<()> {
    let loudly = services::call::<SendAnnouncement>(&SendAnnouncementParameters {
        text: text.to_owned(),
        ..SendAnnouncementParameters::default()
    });
    match loudly {
        // The user is asked about it now, since it was wanted; meanwhile the plain way will do.
        Err(Error::Denied(_) | Error::NotFound(_)) => chat::send(text),
        other => other.map(drop),
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::testing::{FakeHost, event};

    use super::*;

    fn begin(host: &FakeHost) -> Vec<String> {
        let mut plugin = Optional::default();
        for live in [false, true, true] {
            let status = StreamStatus {
                live,
                ..pato_sdk::catalogue::TopicPayload::example()
            };
            plugin.event(event(&status)).unwrap();
        }
        host.calls().into_iter().map(|call| call.action).collect()
    }

    #[test]
    fn what_is_not_granted_is_done_without() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
        assert_eq!(begin(&host), ["chat.announce", "chat.send"]);
    }

    #[test]
    fn once_it_is_granted_it_is_used() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.answer("chat.announce", |_| Ok(json!({ "messages": 1 })));
        assert_eq!(begin(&host), ["chat.announce"]);
    }
}
