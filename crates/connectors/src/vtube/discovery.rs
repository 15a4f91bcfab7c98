//! Finding VTube Studio, which says every two seconds over UDP that it is there.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tokio::time::{sleep, timeout};

/// The largest broadcast, in bytes; a real one takes a tenth of it.
const MAX_BYTES: usize = 4_096;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Broadcast {
    api_name: String,
    message_type: String,
    data: State,
}

#[derive(Deserialize)]
struct State {
    active: bool,
    port: u16,
}

/// What was heard.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// VTube Studio is there, and lets plugins in.
    At(SocketAddr),
    /// VTube Studio is there, and its API is switched off.
    SwitchedOff,
    /// Nothing.
    Nothing,
}

/// Listens for that long. Only what this machine itself sends counts: whoever else is on the network
/// could otherwise have Pato knock at their door.
pub(super) async fn find(listen: SocketAddr, patience: Duration) -> Found {
    let socket = match open(listen) {
        Ok(socket) => socket,
        Err(error) => {
            tracing::debug!(%error, %listen, "nobody can listen for VTube Studio");
            return Found::Nothing;
        }
    };
    let mut switched_off = false;
    let active = async {
        let mut bytes = [0; MAX_BYTES];
        loop {
            let Ok((length, sender)) = socket.recv_from(&mut bytes).await else {
                // Windows reports as an error that nobody took an earlier packet.
                sleep(Duration::from_millis(10)).await;
                continue;
            };
            let heard = bytes.get(..length).and_then(understand);
            match heard.filter(|_| is_this_machine(sender)) {
                Some(State { active: true, port }) => return port,
                Some(_) => switched_off = true,
                None => {}
            }
        }
    };
    let heard = timeout(patience, active).await;
    match (heard, switched_off) {
        (Ok(port), _) => Found::At(SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
        (Err(_), true) => Found::SwitchedOff,
        (Err(_), false) => Found::Nothing,
    }
}

/// Other plugins of VTube Studio listen on the same port.
fn open(listen: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(listen),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&listen.into())?;
    UdpSocket::from_std(socket.into())
}

fn understand(bytes: &[u8]) -> Option<State> {
    let broadcast: Broadcast = serde_json::from_slice(bytes).ok()?;
    let fits = broadcast.api_name == "VTubeStudioPublicAPI"
        && broadcast.message_type == "VTubeStudioAPIStateBroadcast"
        && broadcast.data.port != 0;
    fits.then_some(broadcast.data)
}

/// A broadcast of this machine has one of its own addresses; only such can be bound.
fn is_this_machine(sender: SocketAddr) -> bool {
    sender.ip().is_loopback() || std::net::UdpSocket::bind((sender.ip(), 0)).is_ok()
}

/// Where VTube Studio broadcasts to, on every network of this machine.
pub(super) const BROADCAST: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 47_779);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn broadcast(active: bool, port: u32) -> String {
        serde_json::json!({
            "apiName": "VTubeStudioPublicAPI",
            "apiVersion": "1.0",
            "messageType": "VTubeStudioAPIStateBroadcast",
            "data": { "active": active, "port": port, "instanceID": "x", "sinceVersion2": {} },
        })
        .to_string()
    }

    async fn heard(messages: &[String]) -> Found {
        let sender = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let place = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let listen = place.local_addr().unwrap();
        drop(place);
        let talk = async {
            // Until the listener is there, and then until it has heard enough.
            loop {
                for message in messages {
                    let _ = sender.send_to(message.as_bytes(), listen).await;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            found = find(listen, Duration::from_millis(400)) => found,
            () = talk => Found::Nothing,
        }
    }

    #[tokio::test]
    async fn the_first_that_lets_plugins_in_is_found_among_what_is_no_broadcast() {
        let messages = [
            "{".into(),
            "\u{0}".into(),
            broadcast(true, 70_000),
            broadcast(true, 0),
            broadcast(true, 8_009).replace("StateBroadcast", "StateResponse"),
            broadcast(false, 8_001),
            format!("{:>5000}", broadcast(true, 8_007)),
            broadcast(true, 8_002),
        ];
        let found = Found::At(SocketAddr::from(([127, 0, 0, 1], 8_002)));
        assert_eq!(heard(&messages).await, found);
        assert_eq!(heard(&[broadcast(false, 8_001)]).await, Found::SwitchedOff);
        assert_eq!(heard(&["nothing".into()]).await, Found::Nothing);
    }

    #[test]
    fn only_own_addresses_are_this_machine() {
        assert!(is_this_machine(SocketAddr::from(([127, 0, 0, 1], 7))));
        // Reserved for documentation: no machine has it.
        assert!(!is_this_machine(SocketAddr::from(([192, 0, 2, 1], 7))));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = understand(&bytes);
        }
    }
}
