use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use pato_bus::{Overflow, Spill};
use pato_events::Event;

use crate::waiting::polled;
use crate::{bus, draft, mailbox, numbers, read};

/// Spills into memory, as long as it is not told to fail.
#[derive(Default)]
pub(crate) struct MemorySpill {
    events: VecDeque<Arc<Event>>,
    /// What it holds in the end.
    pub(crate) kept: Arc<Mutex<Vec<Arc<Event>>>>,
    faults: Arc<Faults>,
}

#[derive(Default)]
struct Faults {
    push: AtomicBool,
    pop: AtomicBool,
    forget: AtomicBool,
}

impl Spill for MemorySpill {
    fn push(&mut self, event: &Event) -> io::Result<()> {
        if self.faults.push.load(Ordering::Relaxed) {
            return Err(io::Error::other("no space left"));
        }
        self.events.push_back(Arc::new(event.clone()));
        Ok(())
    }

    fn pop(&mut self, at_most: usize) -> io::Result<Vec<Arc<Event>>> {
        if self.faults.pop.load(Ordering::Relaxed) {
            return Err(io::Error::other("cannot read"));
        }
        if self.faults.forget.load(Ordering::Relaxed) {
            self.events.clear();
        }
        let count = self.events.len().min(at_most);
        Ok(self.events.drain(..count).collect())
    }

    fn put_back(&mut self, events: &[Arc<Event>]) -> io::Result<()> {
        if self.faults.push.load(Ordering::Relaxed) {
            return Err(io::Error::other("no space left"));
        }
        let mut kept = self.kept.lock().unwrap();
        kept.extend(events.iter().cloned());
        kept.extend(self.events.drain(..));
        Ok(())
    }

    fn len(&self) -> usize {
        self.events.len()
    }
}

fn spill() -> (Overflow, Arc<Faults>) {
    let spill = MemorySpill::default();
    let faults = spill.faults.clone();
    (Overflow::Spill(Box::new(spill)), faults)
}

#[test]
fn what_does_not_fit_comes_back_in_order() {
    let bus = bus();
    let mailbox = mailbox(&bus, 3, spill().0, &["**"]);
    let mut events = Vec::new();
    for number in 1..=100 {
        bus.publish(draft("alert.shown")).unwrap();
        if number % 10 == 0 {
            mailbox.try_batch(&mut events, 2);
        }
    }
    let metrics = mailbox.metrics();
    assert!(metrics.spilled > 0 && metrics.queued <= 3, "{metrics:?}");
    assert_eq!(mailbox.len() + events.len(), 100);
    while mailbox.try_batch(&mut events, 2) > 0 {}
    assert_eq!(crate::ids(&events), numbers(1..=100));
    assert_eq!(mailbox.take_dropped(), 0);
    bus.publish(draft("alert.shown")).unwrap();
    assert_eq!(mailbox.metrics().queued, 1, "in memory again");
}

#[test]
fn events_of_an_earlier_run_come_first() {
    let bus = bus();
    let mut left = MemorySpill::default();
    left.push(&bus.publish(draft("alert.shown")).unwrap())
        .unwrap();
    let mailbox = mailbox(&bus, 10, Overflow::Spill(Box::new(left)), &["**"]);
    bus.publish(draft("alert.shown")).unwrap();
    assert_eq!(read(&mailbox), ["1", "2"]);
}

#[test]
fn an_event_that_cannot_be_written_is_dropped_counted_and_explained() {
    let bus = bus();
    let (overflow, faults) = spill();
    let mailbox = mailbox(&bus, 2, overflow, &["**"]);
    for _ in 0..4 {
        bus.publish(draft("alert.shown")).unwrap();
    }
    faults.push.store(true, Ordering::Relaxed);
    bus.publish(draft("alert.shown")).unwrap();
    faults.push.store(false, Ordering::Relaxed);
    bus.publish(draft("alert.shown")).unwrap();

    assert_eq!(read(&mailbox), ["1", "2", "3", "4", "6"]);
    assert_eq!(mailbox.take_dropped(), 1);
    let metrics = mailbox.metrics();
    assert_eq!((metrics.delivered, metrics.dropped), (5, 1));
    assert_eq!(metrics.spill_error.as_deref(), Some("no space left"));
}

#[test]
fn events_that_cannot_be_read_stay_and_the_next_event_wakes_the_reader() {
    let bus = bus();
    let (overflow, faults) = spill();
    let mailbox = mailbox(&bus, 1, overflow, &["**"]);
    for _ in 0..3 {
        bus.publish(draft("alert.shown")).unwrap();
    }
    faults.pop.store(true, Ordering::Relaxed);
    assert_eq!(read(&mailbox), ["1"]);
    let metrics = mailbox.metrics();
    assert_eq!((metrics.spilled, metrics.dropped), (2, 0));
    assert_eq!(metrics.spill_error.as_deref(), Some("cannot read"));

    let mut events = Vec::new();
    let mut waiting = polled(mailbox.next_batch(&mut events, 1));
    assert!(!waiting.is_ready());
    faults.pop.store(false, Ordering::Relaxed);
    bus.publish(draft("alert.shown")).unwrap();
    assert!(waiting.was_woken() && waiting.is_ready());
    drop(waiting);
    assert_eq!(crate::ids(&events), ["2"]);
    assert_eq!(read(&mailbox), ["3", "4"]);
}

#[test]
fn events_that_a_spill_loses_are_counted() {
    let bus = bus();
    let (overflow, faults) = spill();
    let mailbox = mailbox(&bus, 1, overflow, &["**"]);
    for _ in 0..4 {
        bus.publish(draft("alert.shown")).unwrap();
    }
    faults.forget.store(true, Ordering::Relaxed);
    assert_eq!(read(&mailbox), ["1"]);
    assert_eq!((mailbox.take_dropped(), mailbox.len()), (3, 0));
}

#[test]
fn a_spill_that_hangs_holds_up_only_those_who_publish_to_it() {
    struct Hanging(mpsc::Sender<()>, mpsc::Receiver<()>);
    impl Spill for Hanging {
        fn push(&mut self, _: &Event) -> io::Result<()> {
            self.0.send(()).map_err(io::Error::other)?;
            self.1.recv().map_err(io::Error::other)
        }
        fn pop(&mut self, _: usize) -> io::Result<Vec<Arc<Event>>> {
            Ok(Vec::new())
        }
        fn put_back(&mut self, _: &[Arc<Event>]) -> io::Result<()> {
            Ok(())
        }
        fn len(&self) -> usize {
            0
        }
    }

    let bus = bus();
    let (entered, has_entered) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let overflow = Overflow::Spill(Box::new(Hanging(entered, released)));
    let full = mailbox(&bus, 1, overflow, &["alert.**"]);
    let other = mailbox(&bus, 10, Overflow::DropOldest, &["chat.**"]);
    bus.publish(draft("alert.shown")).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| bus.publish(draft("alert.shown")).unwrap());
        has_entered.recv_timeout(Duration::from_secs(30)).unwrap();
        scope.spawn(|| bus.publish(draft("alert.shown")).unwrap());
        let (report, reported) = mpsc::channel();
        let (bus, full) = (&bus, &full);
        scope.spawn(move || {
            while full.len() < 3 {
                std::thread::yield_now();
            }
            bus.publish(draft("chat.message")).unwrap();
            report.send(full.try_batch(&mut Vec::new(), 1))
        });
        let read_meanwhile = reported.recv_timeout(Duration::from_secs(30));
        release.send(()).unwrap();
        release.send(()).unwrap();
        assert_eq!(read_meanwhile, Ok(1));
    });
    assert_eq!(read(&other), ["4"]);
}

#[test]
fn what_was_not_handled_is_set_aside_in_order() {
    let bus = bus();
    let spill = MemorySpill::default();
    let kept = spill.kept.clone();
    let mailbox = mailbox(&bus, 3, Overflow::Spill(Box::new(spill)), &["**"]);
    for _ in 0..6 {
        bus.publish(draft("alert.shown")).unwrap();
    }
    let mut taken = Vec::new();
    mailbox.try_batch(&mut taken, 2);
    mailbox.set_aside(&taken);
    let metrics = mailbox.metrics();
    assert_eq!(
        (metrics.delivered, metrics.queued, metrics.spilled),
        (0, 0, 6)
    );
    drop(mailbox);
    assert_eq!(crate::ids(&kept.lock().unwrap()), numbers(1..=6));
}

#[test]
fn what_waits_in_a_dropped_mailbox_is_set_aside_or_counted_as_dropped() {
    let bus = bus();
    let spill = MemorySpill::default();
    let kept = spill.kept.clone();
    let mailbox_with_spill = mailbox(&bus, 3, Overflow::Spill(Box::new(spill)), &["**"]);
    bus.publish(draft("alert.shown")).unwrap();
    drop(mailbox_with_spill);
    assert_eq!(crate::ids(&kept.lock().unwrap()), ["1"]);

    let (overflow, faults) = self::spill();
    let full = mailbox(&bus, 3, overflow, &["**"]);
    bus.publish(draft("alert.shown")).unwrap();
    faults.push.store(true, Ordering::Relaxed);
    full.set_aside(&[]);
    assert_eq!(full.take_dropped(), 1);
    let error = full.metrics().spill_error;
    assert_eq!(error.as_deref(), Some("no space left"));
}
