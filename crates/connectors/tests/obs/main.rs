//! The connector against the real OBS, without a screen; and in storms, against a fake one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod connection;
mod general;
mod outputs;
mod running;
mod scenes;
mod sources;
mod storm;
#[path = "../storms/mod.rs"]
mod storms;
mod tour;

use pato_test_servers::obs::RealObs;
use running::{PASSWORD, Running};
use tour::Tour;

// One OBS serves all of these, one after the other: it takes seconds to start.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn obs_is_reached_with_its_password_obeys_and_is_found_again_after_a_crash() {
    let Some(mut obs) = RealObs::start(Some(PASSWORD)).await.unwrap() else {
        return;
    };
    connection::a_wrong_password_waits_for_the_user(&obs).await;
    let running = Running::start("obs", &obs.url(), Some(PASSWORD));
    connection::the_state_is_told_at_the_beginning(&running).await;
    connection::an_absent_obs_beside_it_is_told_apart(&running).await;

    let mut tour = Tour::new(&running, obs.folder()).await;
    general::everything_about_obs_itself_works(&mut tour).await;
    general::profiles_and_scene_collections_can_be_changed(&mut tour).await;
    scenes::scenes_and_groups_obey(&mut tour).await;
    sources::inputs_obey_and_browser_sources_are_apart(&mut tour).await;
    sources::filters_obey(&mut tour).await;
    sources::media_obey(&mut tour).await;
    scenes::items_obey(&mut tour).await;
    scenes::an_item_that_moves_fast_is_told_at_a_pace(&mut tour).await;
    scenes::transitions_and_studio_mode_obey(&mut tour).await;
    outputs::the_stream_reaches_its_server(&mut tour).await;
    outputs::recordings_replays_and_the_camera_obey(&mut tour).await;
    general::windows_open(&mut tour).await;
    scenes::what_was_made_can_be_removed(&mut tour).await;
    tour.nothing_was_left_out();

    connection::a_crash_is_told_and_the_way_back_found(&running, &mut obs).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn obs_without_a_password_lets_everyone_in() {
    let Some(obs) = RealObs::start(None).await.unwrap() else {
        return;
    };
    let running = Running::start("obs", &obs.url(), None);
    running.connected().await;
    running.stop().await;
}
