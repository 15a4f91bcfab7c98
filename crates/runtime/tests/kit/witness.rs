use std::time::Duration;

use pato_bus::Bus;
use pato_events::catalogue::host::PluginState;
use pato_runtime::{Limits, LoadOptions, PluginHandle};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Host, Listener, draft, granted};

/// How often the witness is asked; its mailbox holds ten seconds of it.
const PACE: Duration = Duration::from_millis(10);

/// A well-behaved plugin that is asked numbers all the while, and must answer each one.
pub(crate) struct Witness {
    plugin: PluginHandle,
    replies: Listener,
    bus: Bus,
    done: CancellationToken,
    asking: JoinHandle<u64>,
}

impl Witness {
    pub(crate) async fn start(host: &Host) -> Self {
        let replies = host.listen("echo.reply");
        let options = LoadOptions {
            // After a moment without a processor it has much to answer at once.
            limits: Some(Limits {
                publish_rate: u32::MAX,
                ..Limits::default()
            }),
            ..granted("echo")
        };
        let plugin = host.load("echo", options).await;
        let done = CancellationToken::new();
        let (bus, asked_enough) = (host.bus.clone(), done.clone());
        let asking = tokio::spawn(async move {
            let mut asked = 0;
            loop {
                ask(&bus, asked);
                asked += 1;
                tokio::select! {
                    () = asked_enough.cancelled() => return asked,
                    () = tokio::time::sleep(PACE) => {}
                }
            }
        });
        Self {
            plugin,
            replies,
            bus: host.bus.clone(),
            done,
            asking,
        }
    }

    /// Asserts that every number was answered exactly once and in order.
    pub(crate) async fn lost_nothing(self) {
        self.done.cancel();
        let asked = self.asking.await.unwrap();
        let last = asked + 100;
        for number in asked..last {
            ask(&self.bus, number);
        }
        for number in 0..last {
            let reply = self.replies.next().await;
            assert_eq!(&*reply.source, "plugin:echo");
            let reply: serde_json::Value = reply.data.read().unwrap();
            assert_eq!(reply["data"]["number"], number, "the witness lost an event");
        }
        assert!(self.replies.arrived().is_empty(), "answered twice");
        let metrics = self.plugin.metrics();
        assert_eq!(
            (metrics.traps, metrics.dropped, metrics.poisoned),
            (0, 0, 0)
        );
        assert_eq!(self.plugin.state(), PluginState::Running);
    }
}

fn ask(bus: &Bus, number: u64) {
    let draft = draft("test.echo", &json!({ "number": number }));
    bus.publish(draft).unwrap();
}
