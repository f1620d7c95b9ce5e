//! Connections, and the way of a request through limits and faults to its answer.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use indexmap::IndexSet;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::body::Answer;
use super::conditions::{Conditions, Control};
use super::fake;
use super::faults::{Struck, What};
use super::limits::Place;
use super::organisation::{self, Own};
use super::recording::{Operation, Page, Recording};
use super::request::{Scope, account_in, identity};
use super::stats::Fate;

/// The server: a recording, and the conditions under which it is served.
#[derive(Debug)]
pub(crate) struct Lab {
    recording: RefCell<Recording>,
    /// Where the fake listens that is asked for what is not recorded.
    fake: Option<u16>,
    conditions: RefCell<Rc<Conditions>>,
    regions: RefCell<IndexSet<String>>,
}

/// The connection is to be reset.
#[derive(Debug, thiserror::Error)]
#[error("reset, as a fault wants it")]
struct Reset;

/// An answer before anything happens to it.
struct Ready {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// A request that is understood.
struct Asked<'r> {
    account: &'r str,
    region: &'r str,
    place: Place,
    identity: &'r str,
    body: &'r str,
}

/// Where the answer comes from.
enum Source {
    Recorded(Rc<Page>),
    /// The keys of a role in that account.
    Keys(Operation, String),
    Organisation(Operation, Own),
}

impl Lab {
    pub(crate) fn new(recording: Recording, fake: Option<u16>) -> Result<Self, globset::Error> {
        let conditions = Conditions::new(Control::default())?;
        Ok(Self {
            recording: RefCell::new(recording),
            fake,
            conditions: RefCell::new(Rc::new(conditions)),
            regions: RefCell::default(),
        })
    }

    fn place(&self, account: &str, region: &str) -> Place {
        let mut regions = self.regions.borrow_mut();
        let index = regions
            .get_index_of(region)
            .unwrap_or_else(|| regions.insert_full(region.to_owned()).0);
        let region = u16::try_from(index).unwrap_or(u16::MAX);
        (account.parse().unwrap_or_default(), region)
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Answer>, Reset> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Reset)?.to_bytes();
        let path = head.uri.path_and_query().map_or("/", |it| it.as_str());
        if path.starts_with("/__") {
            return Ok(self.own(&head.method, path, &body));
        }
        let conditions = Rc::clone(&self.conditions.borrow());
        conditions.stats.begin();
        let answered = self
            .aws(&conditions, &head.method, path, &head.headers, &body)
            .await;
        conditions.stats.end();
        answered
    }

    /// What is asked of the server itself.
    fn own(&self, method: &Method, path: &str, body: &[u8]) -> Response<Answer> {
        match (method, path) {
            (&Method::PUT, "/__control") => {
                let control = serde_json::from_slice(body).map_err(|it| it.to_string());
                let made = control.and_then(|control: Control| {
                    Conditions::new(control).map_err(|it| it.to_string())
                });
                match made {
                    Ok(made) => {
                        *self.conditions.borrow_mut() = Rc::new(made);
                        plain(StatusCode::OK, "")
                    }
                    Err(error) => plain(StatusCode::BAD_REQUEST, &error),
                }
            }
            (&Method::GET, "/__stats") => {
                let (regions, recording) = (self.regions.borrow(), self.recording.borrow());
                let told = self.conditions.borrow().stats.told(
                    |operation| &recording.operations[operation],
                    |region| regions[usize::from(region)].clone(),
                );
                plain(StatusCode::OK, &told.to_string())
            }
            _ => plain(StatusCode::NOT_FOUND, "there are /__control and /__stats"),
        }
    }

    async fn aws(
        &self,
        conditions: &Conditions,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Response<Answer>, Reset> {
        let header = |name: &str| {
            headers
                .get(name)
                .and_then(|it| it.to_str().ok())
                .unwrap_or_default()
        };
        let target = header("x-amz-target");
        let Some(scope) = Scope::of(headers) else {
            return Ok(unknown(conditions, method, path, target, ""));
        };
        let text = String::from_utf8_lossy(body);
        let Some(account) = self.account(scope.key) else {
            return Ok(unknown(conditions, method, path, target, scope.key));
        };
        let account = account.as_str();
        let request = [method.as_str(), path, target, &text];
        let asked = Asked {
            account,
            region: scope.region,
            place: self.place(account, scope.region),
            identity: &identity((account, scope.region), request),
            body: &text,
        };
        let mut source = self.source(conditions, &asked, target);
        if let (None, Some(port)) = (&source, self.fake) {
            let lines = fake::ask(port, (method.as_str(), path), headers, body).await;
            let learnt = lines.map_err(|it| it.to_string()).and_then(|lines| {
                let mut recording = self.recording.borrow_mut();
                recording
                    .learn(lines.as_bytes())
                    .map_err(|it| it.to_string())
            });
            if let Err(error) = learnt {
                return Ok(unknown(conditions, method, path, target, &error));
            }
            source = self.source(conditions, &asked, target);
        }
        let Some(source) = source else {
            return Ok(unknown(conditions, method, path, target, &text));
        };
        let operation = source.operation();
        let name = self.recording.borrow().operations[operation].clone();
        let admitted = conditions.buckets.take(asked.place, operation, &name);
        sleep(conditions.latency).await;
        if !admitted {
            conditions
                .stats
                .count(asked.place, operation, Fate::Throttled);
            return Ok(self.error(operation, "throttle", &asked).whole());
        }
        if organisation::is_expired(header("x-amz-security-token")) {
            conditions.stats.count(asked.place, operation, Fate::Struck);
            return Ok(self.error(operation, "expired-token", &asked).whole());
        }
        let strike = conditions.faults.strike(Struck {
            account: source.account().unwrap_or(account),
            region: scope.region,
            name: &name,
            identity: asked.identity,
        });
        let fate = strike.as_ref().map_or(Fate::Served, |_| Fate::Struck);
        conditions.stats.count(asked.place, operation, fate);
        match strike {
            None => Ok(self.ready(conditions, &source, &asked).whole()),
            Some((What::Error(kind), _)) => Ok(self.error(operation, &kind, &asked).whole()),
            Some((what, time)) => {
                self.ready(conditions, &source, &asked)
                    .hurt(&what, time)
                    .await
            }
        }
    }

    fn account(&self, key: &str) -> Option<String> {
        let recording = self.recording.borrow();
        let known = recording.keys.get(key).map(String::as_str);
        known.or_else(|| account_in(key)).map(str::to_owned)
    }

    fn source(&self, conditions: &Conditions, asked: &Asked<'_>, target: &str) -> Option<Source> {
        let recording = self.recording.borrow();
        if asked.body.starts_with("Action=AssumeRole&") {
            let operation = recording.operation("sts", "AssumeRole")?;
            return Some(Source::Keys(
                operation,
                organisation::role_account(asked.body)?,
            ));
        }
        let organisations = target.strip_prefix("AWSOrganizationsV20161128.");
        if let Some(name) = organisations.filter(|_| conditions.accounts > 0) {
            let own = organisation::answer(conditions.accounts, asked.account, name, asked.body);
            if let Some(own) = own {
                let operation = recording.operation("organizations", name)?;
                return Some(Source::Organisation(operation, own));
            }
        }
        let template = conditions.template.as_deref();
        let page = recording.answer(asked.region, template, asked.identity);
        page.map(Source::Recorded)
    }

    fn ready(&self, conditions: &Conditions, source: &Source, asked: &Asked<'_>) -> Ready {
        match source {
            Source::Recorded(page) => Ready::of(page, asked),
            Source::Keys(_, account) => {
                let keys = organisation::keys(asked.body, account, conditions.session_seconds);
                Ready::typed("text/xml", keys)
            }
            Source::Organisation(operation, Own::Denied) => self.error(*operation, "denied", asked),
            Source::Organisation(_, Own::Answer(media, body)) => Ready::typed(media, body.clone()),
        }
    }

    fn error(&self, operation: Operation, kind: &str, asked: &Asked<'_>) -> Ready {
        match self.recording.borrow().error(operation, kind) {
            Some(page) => Ready::of(&page, asked),
            None => Ready {
                status: StatusCode::BAD_REQUEST,
                headers: HeaderMap::new(),
                body: format!("the fake has no error called `{kind}`").into(),
            },
        }
    }
}

impl Source {
    fn operation(&self) -> Operation {
        match self {
            Self::Recorded(page) => page.operation,
            Self::Keys(operation, _) | Self::Organisation(operation, _) => *operation,
        }
    }

    /// The account that the request is about, where that is not the one that asks.
    fn account(&self) -> Option<&str> {
        match self {
            Self::Keys(_, account) => Some(account),
            _ => None,
        }
    }
}

impl Ready {
    fn of(page: &Page, asked: &Asked<'_>) -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in page.headers(asked.account, asked.region) {
            let value = HeaderValue::from_maybe_shared(value);
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value) {
                headers.insert(name, value);
            }
        }
        Self {
            status: page.status,
            headers,
            body: page.body(asked.account, asked.region),
        }
    }

    fn typed(media: &'static str, body: String) -> Self {
        let media = (CONTENT_TYPE, HeaderValue::from_static(media));
        Self {
            status: StatusCode::OK,
            headers: HeaderMap::from_iter([media]),
            body: body.into(),
        }
    }

    fn whole(self) -> Response<Answer> {
        self.with(Answer::whole)
    }

    fn with(mut self, body: impl FnOnce(Bytes) -> Answer) -> Response<Answer> {
        self.headers.insert(CONTENT_LENGTH, self.body.len().into());
        let mut response = Response::new(body(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    /// What is left of the answer when something happens to its connection.
    async fn hurt(mut self, what: &What, time: Duration) -> Result<Response<Answer>, Reset> {
        match what {
            What::Hang => {
                sleep(time).await;
                Err(Reset)
            }
            What::Reset => Err(Reset),
            What::Slow => Ok(self.with(|body| Answer::slow(body, time))),
            What::Half => Ok(self.with(Answer::half)),
            What::Garbage => {
                self.body = Bytes::from_static(b"<<<{\x00 this is no answer of any protocol");
                Ok(self.whole())
            }
            What::Error(_) => Ok(self.whole()),
        }
    }
}

fn plain(status: StatusCode, text: &str) -> Response<Answer> {
    let ready = Ready {
        status,
        headers: HeaderMap::new(),
        body: text.to_owned().into(),
    };
    ready.whole()
}

/// The refusal of what nobody recorded.
fn unknown(
    conditions: &Conditions,
    method: &Method,
    path: &str,
    target: &str,
    body: &str,
) -> Response<Answer> {
    conditions
        .stats
        .unknown(&format!("{method} {path} {target} {body}"));
    plain(
        StatusCode::BAD_REQUEST,
        "LoadUnknownRequest: nobody recorded this request",
    )
}

/// Serves connections for ever.
pub(crate) async fn forever(lab: Rc<Lab>, listener: TcpListener) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            tokio::task::spawn_local(connection(Rc::clone(&lab), stream));
        }
    }
}

async fn connection(lab: Rc<Lab>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let reset = Cell::new(false);
    let service = service_fn(async |request| {
        let answered = lab.answer(request).await;
        reset.set(answered.is_err());
        answered
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A client that hangs up is no error of the server's.
    let _ = (&mut connection).await;
    if reset.get() {
        let stream = connection.into_parts().io.into_inner();
        let _ = stream.set_zero_linger();
    }
}
