//! What paired phones and tablets on the same network reach: a listener on each of this machine's
//! addresses there, while the user wants that. It serves the dashboard to devices that are paired, and to
//! others the page where they are.

mod connections;
mod door;
mod german;
mod pages;

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use pato_host::{Host, Reach};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::AbortOnDropHandle;

/// How often is looked whether this machine has other addresses now.
const LOOK: Duration = Duration::from_secs(10);

/// Listens on the network while the host wants that, until `shutdown`.
pub(crate) async fn run(host: Host, port: u16, shutdown: CancellationToken) {
    let mut wanted = host.network_wanted();
    loop {
        if *wanted.borrow_and_update() {
            let mut listening = Listening::new(host.clone(), port);
            tokio::select! {
                () = listening.follow() => {}
                _ = wanted.wait_for(|wanted| !wanted) => {}
                () = shutdown.cancelled() => {}
            }
            drop(listening);
            host.set_network_reach(Reach::default());
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            changed = wanted.changed() => if changed.is_err() {
                return;
            }
        }
    }
}

/// The listeners of each address. Dropping it ends them, and every connection at once.
struct Listening {
    host: Host,
    port: u16,
    /// By address; why there is none, where there is none.
    listeners: BTreeMap<IpAddr, Result<Listener, String>>,
}

struct Listener {
    address: SocketAddr,
    _serving: AbortOnDropHandle<()>,
    /// Ends what outlives a request: WebSockets.
    _open: DropGuard,
}

impl Listening {
    fn new(host: Host, port: u16) -> Self {
        Self {
            host,
            port,
            listeners: BTreeMap::new(),
        }
    }

    /// Listens where this machine can be reached, also when that changes.
    async fn follow(&mut self) {
        loop {
            match self.addresses() {
                Ok(addresses) => self.listen_on(&addresses).await,
                Err(error) => self.host.set_network_reach(Reach {
                    problem: Some(format!("can't tell this machine's addresses: {error}")),
                    ..self.reach()
                }),
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    fn addresses(&self) -> io::Result<Vec<IpAddr>> {
        let configured = self.host.configuration().network.addresses.clone();
        if !configured.is_empty() {
            return Ok(configured);
        }
        let interfaces = if_addrs::get_if_addrs()?.into_iter();
        let addresses = interfaces.filter(|interface| !interface.is_loopback());
        Ok(addresses
            .map(|interface| interface.ip())
            .filter(|ip| matches!(ip, IpAddr::V4(ip) if ip.is_private()))
            .collect())
    }

    /// Ends the listeners of other addresses, and begins those that are missing. One that could not begin
    /// is tried again when its address comes back, or the network is opened anew.
    async fn listen_on(&mut self, addresses: &[IpAddr]) {
        let before = self.listeners.len();
        self.listeners.retain(|ip, _| addresses.contains(ip));
        let mut changed = before != self.listeners.len() || addresses.is_empty();
        for &ip in addresses {
            if !self.listeners.contains_key(&ip) {
                let listener = self.begin(ip).await;
                let listener = listener
                    .map_err(|error| format!("can't listen on {ip}, port {}: {error}", self.port));
                self.listeners.insert(ip, listener);
                changed = true;
            }
        }
        if changed {
            self.host.set_network_reach(self.reach());
        }
    }

    /// At the same port as on loopback, so that an address stays the same over restarts; at any free one
    /// if another program has it.
    async fn begin(&self, ip: IpAddr) -> io::Result<Listener> {
        let listener = match TcpListener::bind((ip, self.port)).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                TcpListener::bind((ip, 0)).await?
            }
            bound => bound?,
        };
        let address = listener.local_addr()?;
        let closing = CancellationToken::new();
        let router = door::router(self.host.clone(), address, closing.clone());
        let serving = tokio::spawn(connections::serve(listener, router));
        Ok(Listener {
            address,
            _serving: AbortOnDropHandle::new(serving),
            _open: closing.drop_guard(),
        })
    }

    fn reach(&self) -> Reach {
        let listeners = self.listeners.values();
        let problems: Vec<&str> = listeners
            .clone()
            .filter_map(|listener| listener.as_ref().err().map(String::as_str))
            .collect();
        let problem = match (self.listeners.is_empty(), problems.is_empty()) {
            (true, _) => Some("this machine is in no private network now".to_owned()),
            (false, true) => None,
            (false, false) => Some(problems.join("; ")),
        };
        Reach {
            addresses: listeners
                .filter_map(|listener| listener.as_ref().ok().map(|listener| listener.address))
                .collect(),
            problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use pato_host::vault::Vault;
    use pato_host::{Configuration, DataDirectory, HostOptions};

    use super::*;

    #[tokio::test]
    async fn it_follows_this_machines_addresses_and_says_where_it_can_not_listen() {
        let folder = tempfile::tempdir().unwrap();
        let host = Host::start(HostOptions {
            directory: DataDirectory::find(Some(folder.path().to_owned())).unwrap(),
            configuration: Configuration::default(),
            vault: Vault::new(),
            seed: 1,
            keyring: None,
            bundled: None,
        })
        .await
        .unwrap();
        let [first, second]: [IpAddr; 2] = ["127.0.0.3", "127.0.0.4"].map(|ip| ip.parse().unwrap());
        // Not an address of any machine: RFC 5737.
        let nowhere: IpAddr = "192.0.2.1".parse().unwrap();
        let taken = TcpListener::bind((second, 0)).await.unwrap();
        let port = taken.local_addr().unwrap().port();

        let mut listening = Listening::new(host.clone(), port);
        listening.listen_on(&[first, nowhere]).await;
        let reach = listening.reach();
        assert_eq!(reach.addresses, [SocketAddr::new(first, port)]);
        assert!(reach.problem.unwrap().contains("192.0.2.1"));
        listening.listen_on(&[second]).await;
        let reach = listening.reach();
        assert_eq!((reach.addresses.len(), reach.problem), (1, None));
        assert_eq!(reach.addresses[0].ip(), second);
        assert_ne!(reach.addresses[0].port(), port, "another program has it");
        listening.listen_on(&[]).await;
        let view = host.network().await.unwrap();
        assert!(view.addresses.is_empty());
        assert!(view.problem.unwrap().contains("no private network"));
        host.shutdown("the test is over").await;
    }
}
