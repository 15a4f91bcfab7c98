//! WASI for a program: what was granted, and nothing else.

use std::net::SocketAddr;
use std::sync::Arc;

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::{
    self, Host, HostResolveAddressStream, ResolveAddressStream,
};
use wasmtime_wasi::p2::bindings::sockets::network::{
    self, ErrorCode, HostNetwork, IpAddress, Network,
};
use wasmtime_wasi::p2::{DynPollable, SocketError};
use wasmtime_wasi::sockets::{SocketAddrUse, WasiSocketsCtxView, WasiSocketsView};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use super::options::{ExecOptions, NetworkGrant};
use super::{ExecError, State};

/// The part of WASI that both previews have.
pub(super) fn builder(options: &ExecOptions) -> Result<WasiCtxBuilder, ExecError> {
    let mut builder = WasiCtxBuilder::new();
    builder.inherit_stdio().envs(&options.environment);
    if options.function.is_none() {
        builder.arg(&options.name).args(&options.arguments);
    }
    for directory in &options.directories {
        let permissions = match directory.read_only {
            true => FsPerms::ReadOnly,
            false => FsPerms::ReadWrite,
        };
        // Asked first, for its errors are of the system, and say what is wrong.
        std::fs::read_dir(&directory.host)
            .map(drop)
            .and_then(|()| {
                builder
                    .preopened_dir(&directory.host, &directory.guest, permissions)
                    .map(drop)
                    .map_err(|error| std::io::Error::other(format!("{error:#}")))
            })
            .map_err(|source| ExecError::Directory {
                path: directory.host.clone(),
                source,
            })?;
    }
    Ok(builder)
}

/// WASI 0.2 for a component.
pub(super) struct Wasi {
    context: WasiCtx,
    table: ResourceTable,
    network: Arc<[NetworkGrant]>,
}

impl Wasi {
    pub(super) fn new(options: &ExecOptions) -> Result<Self, ExecError> {
        let network: Arc<[NetworkGrant]> = options.network.as_slice().into();
        let mut builder = builder(options)?;
        if !network.is_empty() {
            let granted = Arc::clone(&network);
            builder
                .allow_tcp(true)
                .allow_udp(true)
                .allow_ip_name_lookup(true)
                .socket_addr_check(move |address, usage| {
                    let granted = Arc::clone(&granted);
                    Box::pin(async move { is_granted(&granted, address, usage).await })
                });
        }
        Ok(Self {
            context: builder.build(),
            table: ResourceTable::new(),
            network,
        })
    }
}

impl WasiView for State<Wasi> {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi.context,
            table: &mut self.wasi.table,
        }
    }
}

/// Links WASI 0.2, with the look-up of names held to the names that were granted: a name alone can carry
/// data out.
pub(super) fn link(linker: &mut Linker<State<Wasi>>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    linker.allow_shadowing(true);
    ip_name_lookup::add_to_linker::<_, GuardedLookup>(linker, |state| {
        let granted = Arc::clone(&state.wasi.network);
        Lookup {
            granted,
            sockets: state.sockets(),
        }
    })?;
    linker.allow_shadowing(false);
    Ok(())
}

async fn is_granted(granted: &[NetworkGrant], address: SocketAddr, usage: SocketAddrUse) -> bool {
    match usage {
        SocketAddrUse::TcpConnect | SocketAddrUse::UdpSend | SocketAddrUse::UdpReceive => {
            for grant in granted.iter().filter(|grant| grant.port == address.port()) {
                let known = tokio::net::lookup_host((&*grant.host, grant.port)).await;
                if known.is_ok_and(|mut known| known.any(|known| known.ip() == address.ip())) {
                    return true;
                }
            }
            false
        }
        // Each socket that connects is bound to some port first, which the system chooses.
        SocketAddrUse::TcpBind | SocketAddrUse::UdpBind => {
            address.ip().is_unspecified() && address.port() == 0
        }
        SocketAddrUse::TcpListen | SocketAddrUse::TcpAccept => false,
    }
}

struct GuardedLookup;

impl HasData for GuardedLookup {
    type Data<'a> = Lookup<'a>;
}

struct Lookup<'a> {
    granted: Arc<[NetworkGrant]>,
    sockets: WasiSocketsCtxView<'a>,
}

impl Host for Lookup<'_> {
    fn resolve_addresses(
        &mut self,
        network: Resource<Network>,
        name: String,
    ) -> Result<Resource<ResolveAddressStream>, SocketError> {
        let is_it = |grant: &NetworkGrant| grant.host.eq_ignore_ascii_case(&name);
        match self.granted.iter().any(is_it) {
            true => Host::resolve_addresses(&mut self.sockets, network, name),
            false => Err(ErrorCode::AccessDenied.into()),
        }
    }
}

/// The interface takes its types from this one.
impl network::Host for Lookup<'_> {
    fn convert_error_code(&mut self, error: SocketError) -> wasmtime::Result<ErrorCode> {
        network::Host::convert_error_code(&mut self.sockets, error)
    }

    fn network_error_code(
        &mut self,
        error: Resource<wasmtime::Error>,
    ) -> wasmtime::Result<Option<ErrorCode>> {
        network::Host::network_error_code(&mut self.sockets, error)
    }
}

impl HostNetwork for Lookup<'_> {
    fn drop(&mut self, network: Resource<Network>) -> wasmtime::Result<()> {
        HostNetwork::drop(&mut self.sockets, network)
    }
}

impl HostResolveAddressStream for Lookup<'_> {
    fn resolve_next_address(
        &mut self,
        stream: Resource<ResolveAddressStream>,
    ) -> Result<Option<IpAddress>, SocketError> {
        HostResolveAddressStream::resolve_next_address(&mut self.sockets, stream)
    }

    fn subscribe(
        &mut self,
        stream: Resource<ResolveAddressStream>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        HostResolveAddressStream::subscribe(&mut self.sockets, stream)
    }

    fn drop(&mut self, stream: Resource<ResolveAddressStream>) -> wasmtime::Result<()> {
        HostResolveAddressStream::drop(&mut self.sockets, stream)
    }
}
