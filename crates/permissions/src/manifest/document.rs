use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer};

use super::setting::SettingDeclaration;
use super::text::{List, Name, Parsed, Table, Text};
use super::{
    CommandDeclaration, DEFAULT_STORAGE_BYTES, MailboxDeclaration, Manifest, OverflowPolicy,
    Request, RequestedLimits, SecretDeclaration, SurfaceDeclaration,
};
use crate::action::ActionPattern;
use crate::contract::ContractVersion;
use crate::error::{ParseError, shown};
use crate::host_scope::{Host, HostScope};
use crate::permission::{Permission, plugin_pattern, publish_pattern};
use crate::plugin_id::PluginId;
use crate::size::ByteSize;
use crate::surface::SurfaceKind;

/// A manifest as it is written. Its keys are the documented ones; all checks that concern one value
/// happen while it is read, so that an error knows the line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    id: Parsed<PluginId>,
    name: Parsed<Text<64>>,
    version: Parsed<semver::Version>,
    api_version: Parsed<Supported>,
    description: Option<Parsed<Text<1000>>>,
    author: Option<Parsed<Text<200>>>,
    license: Option<Parsed<Text<100>>>,
    homepage: Option<Parsed<Homepage>>,
    publisher: Option<Parsed<Publisher>>,
    #[serde(default)]
    permissions: PermissionsDocument,
    #[serde(default)]
    settings: Table<SettingDeclaration>,
    #[serde(default)]
    commands: List<CommandDocument>,
    #[serde(default)]
    surfaces: List<SurfaceDocument>,
    #[serde(default)]
    secrets: List<SecretDocument>,
    #[serde(default)]
    limits: LimitsDocument,
    #[serde(default)]
    mailbox: MailboxDocument,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PermissionsDocument {
    subscribe: List<Scoped<pato_events::Pattern>>,
    publish: List<Scoped<PublishPattern>>,
    call: List<Scoped<ActionPattern>>,
    network: NetworkDocument,
    storage: Single<Quota>,
    timers: Single<Always>,
    show: List<Scoped<SurfaceKind>>,
    plugins: List<Scoped<PluginPattern>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NetworkDocument {
    http: List<Scoped<HostScope>>,
    websocket: List<Scoped<HostScope>>,
    #[serde(rename = "tcp")]
    _tcp: NotOffered,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandDocument {
    name: Parsed<Name>,
    description: Option<Parsed<Text<280>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SurfaceDocument {
    id: Parsed<Name>,
    kind: Parsed<SurfaceKind>,
    title: Parsed<Text<64>>,
    description: Option<Parsed<Text<280>>>,
    icon: Option<Parsed<Name>>,
    width: Option<u32>,
    height: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretDocument {
    name: Parsed<Name>,
    hosts: List<Parsed<ExactHost>>,
    label: Option<Parsed<Text<64>>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LimitsDocument {
    memory: Option<Parsed<ByteSize>>,
    call_milliseconds: Option<u32>,
    http_response: Option<Parsed<ByteSize>>,
    log_lines: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MailboxDocument {
    capacity: Option<Capacity>,
    overflow: OverflowPolicy,
}

impl Document {
    /// The manifest, or the place and the problem where values contradict each other.
    pub(super) fn into_manifest(self) -> Result<Manifest, (&'static str, String)> {
        let permissions = self.permissions.into_requests();
        let commands: Vec<_> = self.commands.0.into_iter().map(Into::into).collect();
        let surfaces = self
            .surfaces
            .0
            .into_iter()
            .map(SurfaceDocument::into_declaration);
        let surfaces = surfaces.collect::<Result<Vec<_>, _>>();
        let surfaces = surfaces.map_err(|problem| ("surfaces", problem))?;
        let secrets: Vec<SecretDeclaration> = self.secrets.0.into_iter().map(Into::into).collect();
        let permission_texts = permissions.iter().map(|one| one.permission.to_string());
        unique("permissions", permission_texts)?;
        unique(
            "commands",
            commands
                .iter()
                .map(|one: &CommandDeclaration| one.name.clone()),
        )?;
        unique("surfaces", surfaces.iter().map(|one| one.id.clone()))?;
        for surface in &surfaces {
            let wanted = Permission::Show(surface.kind);
            if permissions
                .iter()
                .all(|request| request.permission != wanted)
            {
                let (id, kind) = (&surface.id, surface.kind);
                let problem = format!(
                    "`{id}` is a {kind}, which the plugin does not ask to show: under [permissions] \
                     write `show = [\"{kind}\"]`"
                );
                return Err(("surfaces", problem));
            }
        }
        unique("secrets", secrets.iter().map(|one| one.name.clone()))?;
        if let Some(secret) = secrets.iter().find(|one| one.hosts.is_empty()) {
            let name = &secret.name;
            let problem =
                format!("`{name}` belongs to no host: write `hosts = [\"api.example.com\"]`");
            return Err(("secrets", problem));
        }
        Ok(Manifest {
            id: self.id.0,
            name: text(self.name),
            version: self.version.0,
            api_version: self.api_version.0.0,
            description: self.description.map(text).unwrap_or_default(),
            author: self.author.map(text).unwrap_or_default(),
            license: self.license.map(text),
            homepage: self.homepage.map(|Parsed(Homepage(address))| address),
            publisher: self.publisher.map(|Parsed(Publisher(key))| key),
            permissions,
            settings: self.settings.0.into_iter().collect(),
            commands,
            surfaces,
            secrets,
            limits: self.limits.into(),
            mailbox: MailboxDeclaration {
                capacity: self
                    .mailbox
                    .capacity
                    .map_or(MailboxDeclaration::default().capacity, |capacity| {
                        capacity.0
                    }),
                overflow: self.mailbox.overflow,
            },
        })
    }
}

fn text<const MAX: usize>(text: Parsed<Text<MAX>>) -> String {
    text.0.0
}

fn unique(
    place: &'static str,
    names: impl Iterator<Item = String>,
) -> Result<(), (&'static str, String)> {
    let mut seen = std::collections::HashSet::new();
    for name in names {
        if seen.contains(&name) {
            return Err((place, format!("`{name}` stands twice: remove one")));
        }
        seen.insert(name);
    }
    Ok(())
}

impl PermissionsDocument {
    fn into_requests(self) -> Vec<Request> {
        let mut requests = Vec::new();
        requests.extend(self.subscribe.requests(Permission::Subscribe));
        requests.extend(self.publish.requests(|scope| Permission::Publish(scope.0)));
        requests.extend(self.call.requests(Permission::Call));
        requests.extend(self.network.http.requests(Permission::Http));
        requests.extend(self.network.websocket.requests(Permission::WebSocket));
        requests.extend(
            self.storage
                .request(|Quota(bytes)| Permission::Storage(bytes)),
        );
        requests.extend(self.timers.request(|Always| Permission::Timers));
        requests.extend(self.show.requests(Permission::Show));
        requests.extend(
            self.plugins
                .requests(|PluginPattern(pattern)| Permission::Plugin(pattern)),
        );
        requests
    }
}

impl From<CommandDocument> for CommandDeclaration {
    fn from(document: CommandDocument) -> Self {
        Self {
            name: document.name.0.0,
            description: document.description.map(text),
        }
    }
}

impl SurfaceDocument {
    /// The declaration, or what is wrong with its size.
    fn into_declaration(self) -> Result<SurfaceDeclaration, String> {
        let (id, Parsed(kind)) = (self.id.0.0, self.kind);
        let (usual, most, unit) = match kind {
            SurfaceKind::Widget => ((4, 6), (12, 40), "columns and rows"),
            SurfaceKind::Page => ((0, 0), (0, 0), ""),
            SurfaceKind::Overlay => ((800, 300), (7_680, 4_320), "pixels"),
        };
        let size = (
            self.width.unwrap_or(usual.0),
            self.height.unwrap_or(usual.1),
        );
        if kind == SurfaceKind::Page && size != (0, 0) {
            return Err(format!("`{id}` is a page, which has no size: leave it out"));
        }
        if size.0 > most.0
            || size.1 > most.1
            || (kind != SurfaceKind::Page && (size.0 == 0 || size.1 == 0))
        {
            return Err(format!(
                "`{id}` is {} x {}, and a {kind} has 1 x 1 to {} x {} {unit}",
                size.0, size.1, most.0, most.1
            ));
        }
        Ok(SurfaceDeclaration {
            id,
            kind,
            title: text(self.title),
            description: self.description.map(text),
            icon: self.icon.map(|icon| icon.0.0),
            width: size.0,
            height: size.1,
        })
    }
}

impl From<SecretDocument> for SecretDeclaration {
    fn from(document: SecretDocument) -> Self {
        let hosts = document.hosts.0.into_iter();
        Self {
            name: document.name.0.0,
            hosts: hosts.map(|Parsed(ExactHost(host))| host).collect(),
            label: document.label.map(text),
        }
    }
}

impl From<LimitsDocument> for RequestedLimits {
    fn from(document: LimitsDocument) -> Self {
        Self {
            memory: document.memory.map(|Parsed(size)| size.0),
            call_milliseconds: document.call_milliseconds,
            http_response: document.http_response.map(|Parsed(size)| size.0),
            log_lines: document.log_lines,
        }
    }
}

/// A scope, alone or in a table with a reason.
struct Scoped<T> {
    scope: T,
    reason: Option<String>,
    optional: bool,
}

impl<T> Scoped<T> {
    fn request(self, permission: impl FnOnce(T) -> Permission) -> Request {
        Request {
            permission: permission(self.scope),
            reason: self.reason,
            optional: self.optional,
        }
    }
}

impl<T> List<Scoped<T>> {
    fn requests(self, permission: impl Fn(T) -> Permission) -> impl Iterator<Item = Request> {
        self.0
            .into_iter()
            .map(move |scoped| scoped.request(&permission))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "T: FromStr<Err: fmt::Display>")]
struct Detail<T> {
    scope: Option<Parsed<T>>,
    reason: Option<Parsed<Text<280>>>,
    #[serde(default)]
    optional: bool,
}

impl<T> Detail<T> {
    fn with_default(self, default: Option<T>) -> Option<Scoped<T>> {
        Some(Scoped {
            scope: self.scope.map(|Parsed(scope)| scope).or(default)?,
            reason: self.reason.map(text),
            optional: self.optional,
        })
    }
}

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Scoped<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entry<T>(PhantomData<T>);
        impl<'de, T: FromStr<Err: fmt::Display>> Visitor<'de> for Entry<T> {
            type Value = Scoped<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, or { scope = \"…\", reason = \"…\" }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Scoped {
                    scope: text.parse().map_err(E::custom)?,
                    reason: None,
                    optional: false,
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Detail::deserialize(MapAccessDeserializer::new(map))?
                    .with_default(None)
                    .ok_or_else(|| A::Error::missing_field("scope"))
            }
        }
        deserializer.deserialize_any(Entry(PhantomData))
    }
}

/// A permission that is there once or not at all: `true`, a scope, or a table.
struct Single<T>(Option<Scoped<T>>);

impl<T> Default for Single<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Single<T> {
    fn request(self, permission: impl FnOnce(T) -> Permission) -> Option<Request> {
        self.0.map(|scoped| scoped.request(permission))
    }
}

impl<'de, T: FromStr<Err: fmt::Display> + Default> Deserialize<'de> for Single<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value<T>(PhantomData<T>);
        impl<'de, T: FromStr<Err: fmt::Display> + Default> Visitor<'de> for Value<T> {
            type Value = Single<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, a string, or { reason = \"…\" }")
            }

            fn visit_bool<E: Error>(self, wanted: bool) -> Result<Self::Value, E> {
                Ok(Single(wanted.then(|| Scoped {
                    scope: T::default(),
                    reason: None,
                    optional: false,
                })))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Single(Some(Scoped {
                    scope: text.parse().map_err(E::custom)?,
                    reason: None,
                    optional: false,
                })))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let detail = Detail::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Single(detail.with_default(Some(T::default()))))
            }
        }
        deserializer.deserialize_any(Value(PhantomData))
    }
}

struct Supported(ContractVersion);

impl FromStr for Supported {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ContractVersion::supported(text).map(Self)
    }
}

struct PublishPattern(pato_events::Pattern);

impl FromStr for PublishPattern {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        publish_pattern(text).map(Self)
    }
}

struct PluginPattern(pato_events::Pattern);

impl FromStr for PluginPattern {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        plugin_pattern(text).map(Self)
    }
}

struct Quota(u64);

impl Default for Quota {
    fn default() -> Self {
        Self(DEFAULT_STORAGE_BYTES)
    }
}

impl FromStr for Quota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(ByteSize(0)) => Err("a store of no bytes holds nothing: leave `storage` out".into()),
            Ok(ByteSize(bytes)) => Ok(Self(bytes)),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[derive(Default)]
struct Always;

impl FromStr for Always {
    type Err = &'static str;

    fn from_str(_: &str) -> Result<Self, Self::Err> {
        Err("it has no scope: write `timers = true`")
    }
}

/// A secret goes to hosts that are named one by one.
struct ExactHost(HostScope);

impl FromStr for ExactHost {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let scope: HostScope = text
            .parse()
            .map_err(|error: ParseError| error.to_string())?;
        match scope.host() {
            Host::Subdomains(parent) => Err(format!(
                "a secret belongs to single hosts, and `{scope}` is many: name them, such as `api.{parent}`"
            )),
            _ => Ok(Self(scope)),
        }
    }
}

struct Homepage(String);

impl FromStr for Homepage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Text(address) = text.parse::<Text<200>>()?;
        let web = address.starts_with("https://") || address.starts_with("http://");
        match web && !address.contains(char::is_whitespace) {
            true => Ok(Self(address)),
            false => Err("write an address that begins with `https://`".into()),
        }
    }
}

/// A public key of minisign: base64 of 42 bytes, of which the first two are `Ed`.
/// <https://jedisct1.github.io/minisign/#public-key-format>
struct Publisher(String);

impl FromStr for Publisher {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let of_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        let begins = matches!(text.as_bytes(), [b'R', b'W', b'Q'..=b'T', ..]);
        match text.len() == 56 && begins && text.bytes().all(of_base64) {
            true => Ok(Self(text.to_owned())),
            false => Err(format!(
                "`{}` is no public key: write the 56 characters that begin with `RW`, as `pato key new` \
                 prints them",
                shown(text)
            )),
        }
    }
}

struct Capacity(usize);

impl<'de> Deserialize<'de> for Capacity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i64::deserialize(deserializer)? {
            capacity @ 1..=65_536 => Ok(Self(usize::try_from(capacity).map_err(D::Error::custom)?)),
            other => Err(D::Error::custom(format!(
                "{other} is out of range: a mailbox holds 1 to 65536 events"
            ))),
        }
    }
}

#[derive(Default)]
struct NotOffered;

impl<'de> Deserialize<'de> for NotOffered {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom(
            "raw TCP is not offered: use `http` or `websocket`, or ask for a connector",
        ))
    }
}
