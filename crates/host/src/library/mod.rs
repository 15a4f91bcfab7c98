//! The library: plugins that come from elsewhere, who vouches for them, and what becomes of earlier versions.

mod indexes;
mod offers;
mod resolve;
mod setup;
mod trial;
mod trust;
mod updates;
mod versions;
mod view;

pub(crate) use indexes::Indexes;
pub(crate) use offers::Offers;
pub(crate) use trial::{Trials, Verdict};
pub(crate) use trust::publisher_view;

pub use setup::{ImportView, MissingView, SetUp, SetUpIndex, SetUpPlugin};
pub use view::{
    IndexView, ListedVersionView, ListingView, OfferAnswer, OfferRequest, OfferStage, OfferView,
    PublisherView, UpdateView, VersionView,
};
