//! Bodies as they are sent: whole, slowly, or not to their end.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame};
use tokio::time::Sleep;

/// What is sent as a body.
#[derive(Debug)]
pub(crate) enum Answer {
    Whole(Option<Bytes>),
    /// A part, a pause, and then the rest, or nothing at all: the connection ends.
    Halting {
        first: Option<Bytes>,
        pause: Pin<Box<Sleep>>,
        rest: Option<Result<Bytes, Cut>>,
    },
}

/// The body that ends before its end.
#[derive(Debug, thiserror::Error)]
#[error("cut off, as a fault wants it")]
pub(crate) struct Cut;

/// Long enough for what was written before to be sent.
const SENT: Duration = Duration::from_millis(20);

impl Answer {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self::Whole(Some(bytes))
    }

    /// One half, and the other after a pause.
    pub(crate) fn slow(mut bytes: Bytes, pause: Duration) -> Self {
        let first = bytes.split_to(bytes.len() / 2);
        Self::halting(first, pause, Ok(bytes))
    }

    /// One half and no more.
    pub(crate) fn half(mut bytes: Bytes) -> Self {
        Self::halting(bytes.split_to(bytes.len() / 2), SENT, Err(Cut))
    }

    fn halting(first: Bytes, pause: Duration, rest: Result<Bytes, Cut>) -> Self {
        Self::Halting {
            first: Some(first),
            pause: Box::pin(tokio::time::sleep(pause)),
            rest: Some(rest),
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let frame = |bytes| Poll::Ready(Some(Ok(Frame::data(bytes))));
        match self.get_mut() {
            Self::Whole(bytes) => bytes.take().map_or(Poll::Ready(None), frame),
            Self::Halting { first, pause, rest } => {
                if let Some(first) = first.take() {
                    return frame(first);
                }
                if rest.is_some() && pause.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                Poll::Ready(rest.take().map(|it| it.map(Frame::data)))
            }
        }
    }
}
