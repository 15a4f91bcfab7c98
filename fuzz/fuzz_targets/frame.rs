//! What a client of the WebSocket protocol sends.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pato_events::wire::ClientFrame;

fuzz_target!(|text: &str| {
    let frame = ClientFrame::parse(text);
    let asked = ClientFrame::request_id(text);
    if let Ok(frame) = frame {
        if let ClientFrame::Call(call) = &frame {
            assert_eq!(asked.as_ref(), Some(&call.request_id));
        }
        let Ok(again) = serde_json::to_string(&frame) else {
            panic!("a frame that was read cannot be written");
        };
        assert_eq!(ClientFrame::parse(&again).ok(), Some(frame));
    }
});
