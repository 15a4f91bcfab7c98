//! Requests on their way from those who call to the one session that holds the connection, and the
//! answers on their way back.
//!
//! The queue is bounded, and every wait has a limit. What was asked for and is no longer waited for is
//! not sent; what the end of a connection left unanswered is told as that.

use std::borrow::Cow;
use std::time::Duration;

use pato_events::Payload;
use tokio::sync::{Mutex, MutexGuard, mpsc, oneshot};
use tokio::time::timeout;

use crate::connector::ConnectorError;

/// How many requests may wait to be sent.
const MOST: usize = 64;

/// When to try again if more would: a session empties the queue as fast as its service reads.
const SOON: Duration = Duration::from_millis(100);

/// One request that somebody waits for.
pub(crate) struct Request<A> {
    pub(crate) name: Cow<'static, str>,
    pub(crate) data: Payload,
    pub(crate) reply: oneshot::Sender<A>,
    /// Whether it is sent even if nobody waits for its answer any more.
    firm: bool,
}

/// Where requests wait for the session that is running, if one is.
pub(crate) struct Requests<A> {
    /// What the service is called in errors.
    service: &'static str,
    sender: mpsc::Sender<Request<A>>,
    queue: Mutex<Queue<A>>,
}

impl<A> Requests<A> {
    pub(crate) fn new(service: &'static str) -> Self {
        let (sender, receiver) = mpsc::channel(MOST);
        Self {
            service,
            sender,
            queue: Mutex::new(Queue(receiver)),
        }
    }

    /// The end that a session takes requests from. A second one waits until the first lets go.
    pub(crate) async fn queue(&self) -> MutexGuard<'_, Queue<A>> {
        self.queue.lock().await
    }

    /// Puts a request into the queue, and waits for its answer.
    ///
    /// # Errors
    ///
    /// If the queue is full, the connection ends, or there is no answer within `limit`.
    pub(crate) async fn ask(
        &self,
        name: impl Into<Cow<'static, str>>,
        data: &Payload,
        limit: Duration,
    ) -> Result<A, ConnectorError> {
        let name = name.into();
        let answer = self.send(name.clone(), data, false)?;
        self.answer_of(&name, answer, limit).await
    }

    /// Puts a request into the queue that follows from what has been changed already: it is sent in any
    /// case, in that order, and the wait for its answer comes later.
    ///
    /// # Errors
    ///
    /// If the queue is full.
    pub(crate) fn put(
        &self,
        name: impl Into<Cow<'static, str>>,
        data: &Payload,
    ) -> Result<oneshot::Receiver<A>, ConnectorError> {
        self.send(name.into(), data, true)
    }

    fn send(
        &self,
        name: Cow<'static, str>,
        data: &Payload,
        firm: bool,
    ) -> Result<oneshot::Receiver<A>, ConnectorError> {
        let (reply, answer) = oneshot::channel();
        let data = data.clone();
        let request = Request {
            name,
            data,
            reply,
            firm,
        };
        let sent = self.sender.try_send(request);
        sent.map_err(|_| ConnectorError::RateLimited(SOON))?;
        Ok(answer)
    }

    /// Waits for an answer, also for one that did not come by way of the queue.
    ///
    /// # Errors
    ///
    /// If the connection ends, or there is no answer within `limit`.
    pub(crate) async fn answer_of<T>(
        &self,
        name: &str,
        answer: oneshot::Receiver<T>,
        limit: Duration,
    ) -> Result<T, ConnectorError> {
        let service = self.service;
        match timeout(limit, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(ConnectorError::Unavailable(format!(
                "the connection to {service} ended before it answered {name}, which may or may not \
                 have been done"
            ))),
            Err(_) => Err(ConnectorError::TimedOut(format!(
                "{service} did not answer {name} within {} s",
                limit.as_secs_f32()
            ))),
        }
    }
}

/// The end of the queue that a session takes requests from.
pub(crate) struct Queue<A>(mpsc::Receiver<Request<A>>);

impl<A> Queue<A> {
    /// Refuses what waits: the connection is over, and done over the next one it would surprise.
    pub(crate) fn clear(&mut self) {
        while self.0.try_recv().is_ok() {}
    }

    /// The next request to send. Loses none if the wait for it is dropped.
    pub(crate) async fn next(&mut self) -> Request<A> {
        loop {
            match self.0.recv().await {
                Some(request) if request.reply.is_closed() && !request.firm => {}
                Some(request) => return request,
                // There is none any more who could ask.
                None => std::future::pending().await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::task::Poll;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    /// Begins to ask, and lets the session side go on.
    async fn begin<F: Future>(mut asking: std::pin::Pin<&mut F>) {
        std::future::poll_fn(|context| {
            assert!(asking.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_reaches_the_one_who_asked() {
        let requests = Requests::new("OBS");
        let data = Payload::parse(r#"{"a":1}"#).unwrap();
        let session = async {
            let mut queue = requests.queue().await;
            for _ in 0..2 {
                let request = queue.next().await;
                assert_eq!(request.data.as_str(), r#"{"a":1}"#);
                request.reply.send(format!("{}!", request.name)).unwrap();
            }
        };
        let (first, second, ()) = tokio::join!(
            requests.ask("GetA", &data, LIMIT),
            requests.ask("GetB".to_owned(), &data, LIMIT),
            session
        );
        assert_eq!(
            (first.unwrap(), second.unwrap()),
            ("GetA!".into(), "GetB!".into())
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_answer_is_told_after_the_limit_and_the_end_of_a_connection_at_once() {
        let requests = Requests::<()>::new("VTube Studio");
        let late = requests.ask("APIState", &Payload::empty(), LIMIT).await;
        let ConnectorError::TimedOut(text) = late.unwrap_err() else {
            panic!("it timed out")
        };
        assert_eq!(text, "VTube Studio did not answer APIState within 10 s");
        let session = async {
            drop(requests.queue().await.next().await);
        };
        let data = Payload::empty();
        let asking = requests.ask("ItemLoad", &data, Duration::MAX);
        let (ended, ()) = tokio::join!(asking, session);
        let ConnectorError::Unavailable(text) = ended.unwrap_err() else {
            panic!("the connection ended")
        };
        assert!(
            text.contains("VTube Studio ended before it answered ItemLoad"),
            "{text}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_queue_refuses_at_once_and_takes_again_when_there_is_room() {
        let requests = Requests::<()>::new("OBS");
        let mut waiting: Vec<_> = (0..MOST)
            .map(|_| requests.put("GetStats", &Payload::empty()).unwrap())
            .collect();
        let refused = requests.put("GetStats", &Payload::empty());
        assert_eq!(refused.err(), Some(ConnectorError::RateLimited(SOON)));
        drop(requests.queue().await.next().await);
        waiting.push(requests.put("GetStats", &Payload::empty()).unwrap());
        requests.queue().await.clear();
        for answer in waiting {
            assert!(answer.await.is_err());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_waits_for_any_more_is_not_sent_unless_it_was_put_firmly() {
        let requests = Requests::<()>::new("OBS");
        let data = Payload::empty();
        {
            let given_up = requests.ask("StopStream", &data, LIMIT);
            tokio::pin!(given_up);
            begin(given_up).await;
        }
        let late = requests.ask("StopRecord", &data, Duration::ZERO).await;
        assert!(matches!(late, Err(ConnectorError::TimedOut(_))));
        drop(requests.put("EventSubscription", &data).unwrap());
        let request = requests.queue().await.next().await;
        assert_eq!(request.name, "EventSubscription");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_for_the_next_request_that_is_dropped_loses_none() {
        let requests = Requests::<()>::new("OBS");
        let mut queue = requests.queue().await;
        {
            let waiting = queue.next();
            tokio::pin!(waiting);
            begin(waiting).await;
        }
        let _answer = requests.put("GetStats", &Payload::empty()).unwrap();
        assert_eq!(queue.next().await.name, "GetStats");
    }
}
