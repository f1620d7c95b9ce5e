//! The load server (`tests/lab/load`): recordings of worlds, made once for a process, and what can
//! be asked of a server of one.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use serde_json::Value;

use super::binary::Mrlint;
use super::server::{Server, scratch};
use super::venv::{lab_dir, python};

/// The account of the recorded estates, by its own key.
pub(crate) const MAIN: &str = "AKIAMAIN000000000000";

/// A recording, and the fake that made it.
pub(crate) struct Recorded {
    file: PathBuf,
    fake: Server,
}

/// A server of what the fake answers when `mrlint` reads these worlds whole.
pub(crate) fn load(worlds: &[&str]) -> Server {
    serve(recorded(worlds), false)
}

/// The same, with the fake behind it for what is asked in a partial read alone: which of many
/// things are asked about together.
pub(crate) fn load_before_fake(worlds: &[&str]) -> Server {
    serve(recorded(worlds), true)
}

/// Recorded once for the process.
fn recorded(worlds: &[&str]) -> &'static Recorded {
    static ALL: OnceLock<Mutex<BTreeMap<String, &'static OnceLock<Recorded>>>> = OnceLock::new();
    let one = {
        let mut all = ALL.get_or_init(Mutex::default).lock();
        let all = all.as_mut().expect("no test panics with the lock");
        let one = all.entry(worlds.join(" "));
        *one.or_insert_with(|| Box::leak(Box::default()))
    };
    let paths = worlds.iter().map(|it| lab_dir().join("worlds").join(it));
    one.get_or_init(|| record(&paths.collect::<Vec<_>>(), &[]))
}

/// A synthetic estate of one account: us-east-1, and eu-west-1, which stands for all other Regions.
pub(crate) fn synthetic(seed: u64, regions: u32, resources: u32) -> Recorded {
    let world = scratch("estate.yaml");
    let numbers = [seed, regions.into(), resources.into()].map(|it| it.to_string());
    let made = Command::new(python("lab"))
        .arg(lab_dir().join("estate.py"))
        .args(numbers)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python runs");
    let told = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{told}");
    fs::write(&world, made.stdout).expect("the world");
    record(&[world], &["--regions", "us-east-1,eu-west-1"])
}

impl Recorded {
    pub(crate) fn serve(&self) -> Server {
        serve(self, false)
    }

    /// A request to the operation as it was recorded.
    pub(crate) fn request(&self, service: &str, operation: &str) -> Value {
        let mut lines = inventory(&self.file).into_iter();
        let found = lines.find(|it| {
            it["service"] == service && it["operation"] == operation && it["error"].is_null()
        });
        found.unwrap_or_else(|| panic!("no {service}:{operation} was recorded"))
    }
}

/// Reads the worlds while the fake writes down what it says.
fn record(worlds: &[PathBuf], args: &[&str]) -> Recorded {
    let file = scratch("recording.jsonl");
    let mut command = Command::new(python("lab"));
    command.args(["-m", "fake"]).args(worlds);
    command.arg("--record").arg(&file);
    let fake = Server::announced(&mut command, "the recording lab");
    let command = ["collect", "-o", "inventory.jsonl"];
    let ran = Mrlint::new(command.iter().chain(args)).against(&fake).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    Recorded { file, fake }
}

fn serve(recorded: &Recorded, before_fake: bool) -> Server {
    let binary = Path::new(env!("CARGO_BIN_EXE_mrlint"));
    let examples = binary.parent().expect("a folder of binaries");
    let mut command = Command::new(examples.join("examples/load"));
    command.arg(&recorded.file);
    if before_fake {
        command.arg(recorded.fake.port().to_string());
    }
    Server::announced(&mut command, "the load server")
}

impl Server {
    /// Sets the conditions of a load server; its counts begin anew.
    pub(crate) fn control(&self, control: &Value) {
        let body = control.to_string();
        let length = body.len();
        let head = format!("PUT /__control HTTP/1.1\r\nContent-Length: {length}\r\n");
        let answer = ask(self.port(), &head, &body);
        assert!(answer.starts_with("HTTP/1.1 200"), "{control}: {answer}");
    }

    /// What was asked of a load server since its conditions were set.
    pub(crate) fn stats(&self) -> Value {
        let answer = ask(self.port(), "GET /__stats HTTP/1.1\r\n", "");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// The same, and nothing was asked that nobody recorded.
    pub(crate) fn known_stats(&self) -> Value {
        let stats = self.stats();
        assert_eq!(stats["unknown"], 0, "{}", stats["unknown_requests"]);
        stats
    }
}

/// One request over a connection of its own, and the whole answer.
pub(crate) fn ask(port: u16, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let request = format!("{head}Host: 127.0.0.1\r\nConnection: close\r\n\r\n{body}");
    let sent = stream.write_all(request.as_bytes());
    sent.expect("the request is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// The inventory that a run with these arguments leaves, line by line, and the run itself.
pub(crate) fn collected(server: &Server, args: &[&str]) -> Vec<Value> {
    let file = scratch("inventory.jsonl");
    let name = file.to_str().expect("a path in UTF-8");
    let command = ["collect", "-o", name];
    let ran = Mrlint::new(command.iter().chain(args))
        .against(server)
        .run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    inventory(&file)
}

pub(crate) fn inventory(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).expect("the inventory");
    let parsed = text.lines().map(serde_json::from_str);
    parsed.collect::<Result<_, _>>().expect("JSON")
}
