//! Composes bus, runtime and connectors: configuration, database, life cycle. The API of Pato.
//!
//! A [`Host`] is started once in a process and then shared: the server, the desktop and the command
//! line all act through it. What must last lies in one SQLite file in the [`DataDirectory`].

mod accounts;
mod activity;
mod audit;
mod backup;
mod bundled;
mod calls;
mod clock;
mod configuration;
mod connectors;
mod consent;
mod database;
mod directory;
mod error;
mod grants;
mod host;
mod library;
mod limits;
mod logging;
mod network;
mod package;
mod pausing;
mod plugins;
mod random;
mod recording;
mod router;
mod services;
mod settings;
mod spill;
mod storage;
mod surfaces;
pub mod testing;
mod turnstile;
mod view;

pub use accounts::{AccountView, GivenSecret, LoginRequest, LoginState, LoginView, Role, Service};
pub use activity::ActivityView;
pub use audit::{AuditQuery, AuditView};
pub use backup::BackupView;
pub use bundled::bundled_plugins;
pub use clock::SystemClock;
pub use configuration::{
    Configuration, ConfigurationError, ConfiguredValue, DEFAULT_ADDRESS, DiscordSection,
    DiscordView, HistorySection, KickSection, KickView, Layers, LibrarySection, NetworkSection,
    ObsSection, ObsView, ServerSection, ServicesView, SimulatorSection, TwitchSection, TwitchView,
    VARIABLE_PREFIX, ValueOrigin, VtubeSection, VtubeView,
};
pub use consent::{Decision, QuestionView};
pub use database::{Database, DatabaseError, DatabaseThread, Origin, PluginRecord};
pub use directory::{DataDirectory, DirectoryError, DirectoryLock, RunFile};
pub use error::HostError;
pub use host::{Host, HostOptions};
pub use library::{
    ImportView, IndexView, ListedVersionView, ListingView, MissingView, OfferAnswer, OfferRequest,
    OfferStage, OfferView, PublisherView, SetUp, SetUpIndex, SetUpPlugin, UpdateView, VersionView,
};
pub use limits::{LimitsSection, PluginSection};
pub use logging::log_to_standard_error;
pub use network::{DeviceView, NetworkView, PairingCodeView, PairingError, Reach};
pub use package::{MAX_COMPONENT_BYTES, Package, PackageError};
pub use plugins::Consent;
pub use recording::{Recording, RecordingLine};
pub use surfaces::{
    Layout, LayoutItem, LayoutPage, OverlayScene, OverlayView, Placement, ShownAlertView, Sight,
    SurfaceId, SurfaceUpdate, SurfaceView, SurfaceWatch,
};
pub use view::{
    CommandView, ConnectorView, HostView, InspectionView, PluginView, RequestView, SecretView,
    SettingView, SettingsView,
};

// What the types above are made of, so that the floors above need not know the floors below.
pub use pato_bus as bus;
pub use pato_events as events;
pub use pato_library::Source;
pub use pato_permissions as permissions;
pub use pato_runtime as runtime;
pub use pato_surfaces as drawing;
pub use pato_vault as vault;
