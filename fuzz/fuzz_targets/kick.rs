//! What comes over Kick's two transports.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pato_connectors::kick::frame::{CentrifugoFrame, Happening, PusherFrame};

fuzz_target!(|frame: &str| {
    if let Ok(PusherFrame::Happening(happening)) = PusherFrame::parse(frame) {
        check(&happening, frame);
    }
    for line in frame.lines() {
        if let Ok(CentrifugoFrame::Happening(happening)) = CentrifugoFrame::parse(line) {
            check(&happening, line);
        }
    }
});

/// What is taken out of a frame is not longer than the frame, except for `null` where nothing stands.
fn check(happening: &Happening, frame: &str) {
    assert!(happening.channel.len() <= frame.len());
    assert!(happening.event.len() <= frame.len());
    assert!(happening.data.len() <= frame.len() || happening.data == "null");
}
