use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use pato_bus::Overflow;

use crate::{bus, draft, ids, mailbox, numbers};

/// A future that is polled by hand, and how often it was woken.
pub(crate) struct Polled<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    woken: Arc<Count>,
}

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

pub(crate) fn polled<'a, T>(future: impl Future<Output = T> + 'a) -> Polled<'a, T> {
    Polled {
        future: Box::pin(future),
        woken: Arc::default(),
    }
}

impl<T> Polled<'_, T> {
    fn poll(&mut self) -> Poll<T> {
        let waker = Waker::from(self.woken.clone());
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    pub(crate) fn is_ready(&mut self) -> bool {
        self.poll().is_ready()
    }

    pub(crate) fn ready(&mut self) -> T {
        match self.poll() {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("it is not ready"),
        }
    }

    pub(crate) fn was_woken(&self) -> bool {
        self.woken.0.load(Ordering::Relaxed) > 0
    }
}

#[test]
fn a_reader_is_woken_once_however_many_events_come() {
    let bus = bus();
    let mailbox = mailbox(&bus, 10, Overflow::DropOldest, &["chat.*"]);
    let mut events = Vec::new();
    let mut waiting = polled(mailbox.next_batch(&mut events, 10));
    assert!(!waiting.is_ready());
    bus.publish(draft("obs.connected")).unwrap();
    assert!(!waiting.was_woken(), "that was not for it");
    for _ in 0..3 {
        bus.publish(draft("chat.message")).unwrap();
    }
    assert_eq!(waiting.woken.0.load(Ordering::Relaxed), 1);
    assert_eq!(waiting.poll(), Poll::Ready(3));
    drop(waiting);
    assert_eq!(ids(&events), numbers(2..=4));
}

#[test]
fn closing_ends_the_wait_after_what_is_left() {
    let bus = bus();
    let mailbox = mailbox(&bus, 10, Overflow::DropOldest, &["**"]);
    let mut events = Vec::new();
    let mut waiting = polled(mailbox.next_batch(&mut events, 10));
    assert!(!waiting.is_ready());
    bus.publish(draft("chat.message")).unwrap();
    mailbox.close();
    bus.publish(draft("chat.message")).unwrap();
    assert!(waiting.was_woken());
    assert_eq!(waiting.poll(), Poll::Ready(1));
    drop(waiting);
    assert_eq!(
        polled(mailbox.next_batch(&mut events, 10)).poll(),
        Poll::Ready(0)
    );
    assert_eq!(ids(&events), ["1"]);
    assert!(mailbox.add(crate::pattern("**")).is_empty() && mailbox.patterns().is_empty());
}

#[test]
fn closing_wakes_a_reader_that_has_nothing() {
    let bus = bus();
    let mailbox = mailbox(&bus, 10, Overflow::DropOldest, &["**"]);
    let mut events = Vec::new();
    let mut waiting = polled(mailbox.next_batch(&mut events, 10));
    assert!(!waiting.is_ready());
    mailbox.close();
    assert!(waiting.was_woken());
    assert_eq!(waiting.poll(), Poll::Ready(0));
}

#[test]
fn a_batch_of_nothing_does_not_wait() {
    let bus = bus();
    let mailbox = mailbox(&bus, 10, Overflow::DropOldest, &["**"]);
    let mut events = Vec::new();
    assert_eq!(
        polled(mailbox.next_batch(&mut events, 0)).poll(),
        Poll::Ready(0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_wait_loses_nothing() {
    let bus = bus();
    let mailbox = mailbox(&bus, 10_000, Overflow::DropOldest, &["**"]);
    let publisher = {
        let bus = bus.clone();
        tokio::task::spawn_blocking(move || {
            for _ in 0..3_000 {
                bus.publish(draft("chat.message")).unwrap();
            }
        })
    };
    let mut events = Vec::new();
    while events.len() < 3_000 {
        tokio::select! {
            biased;
            _ = mailbox.next_batch(&mut events, 3) => {}
            () = tokio::task::yield_now() => {}
        }
    }
    publisher.await.unwrap();
    assert_eq!(ids(&events), numbers(1..=3_000));
}

#[tokio::test]
async fn a_wait_that_was_cut_off_leaves_the_event_to_the_next() {
    let bus = bus();
    let mailbox = mailbox(&bus, 10, Overflow::DropOldest, &["**"]);
    let mut events = Vec::new();
    tokio::select! {
        biased;
        _ = mailbox.next_batch(&mut events, 3) => panic!("nothing was published"),
        () = std::future::ready(()) => {}
    }
    bus.publish(draft("chat.message")).unwrap();
    assert_eq!(mailbox.next_batch(&mut events, 3).await, 1);
}
