//! Servers on free ports of 127.0.0.1 that end with the test process, however it ends.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use super::venv::{lab_dir, python};

const DEADLINE: Duration = Duration::from_mins(1);

/// A running server. Dropped, it is killed; its standard input closes with this process.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    port: u16,
    requests: PathBuf,
    errors: PathBuf,
}

impl Server {
    /// The lab, serving world files or directories given relative to `tests/lab/worlds`.
    pub(crate) fn lab(worlds: &[&str]) -> Self {
        let paths: Vec<_> = worlds
            .iter()
            .map(|world| lab_dir().join("worlds").join(world))
            .collect();
        Self::lab_of(&paths)
    }

    /// The lab, serving world files anywhere.
    pub(crate) fn lab_of(worlds: &[PathBuf]) -> Self {
        let requests = scratch("requests.jsonl");
        let mut command = Command::new(python("lab"));
        command.args(["-m", "fake"]).args(worlds);
        command.arg("--log").arg(&requests);
        let mut lab = Self::announced(&mut command, "the lab");
        lab.requests = requests;
        lab
    }

    /// A server that says on its standard output where it listens.
    pub(super) fn announced(command: &mut Command, name: &str) -> Self {
        let errors = scratch("announced.stderr");
        let mut child = start(command, &errors);
        let mut line = String::new();
        let stdout = child.stdout.take().expect("standard output is piped");
        let read_line = BufReader::new(stdout).read_line(&mut line);
        read_line.unwrap_or_else(|error| panic!("{name}: {error}"));
        let port = line
            .trim()
            .strip_prefix("READY ")
            .and_then(|port| port.parse().ok());
        let Some(port) = port else {
            panic!("{name} did not start: {}", read(&errors));
        };
        Self {
            child,
            port,
            requests: PathBuf::new(),
            errors,
        }
    }

    /// moto, empty.
    pub(crate) fn moto() -> Self {
        Self::leashed("moto", |command, port| {
            command.args(["moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
            command.env("MOTO_EC2_LOAD_DEFAULT_AMIS", "false");
        })
    }

    /// moto, empty, that asks for permission after as many calls.
    #[cfg(feature = "live")]
    pub(crate) fn enforcing_moto(calls: u32) -> Self {
        Self::leashed("moto", |command, port| {
            command.args(["moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
            command.env("MOTO_EC2_LOAD_DEFAULT_AMIS", "false");
            command.env("INITIAL_NO_AUTH_ACTION_COUNT", calls.to_string());
        })
    }

    /// `MiniStack`, empty.
    pub(crate) fn ministack() -> Self {
        Self::leashed("ministack", |command, port| {
            command
                .arg("ministack")
                .env("GATEWAY_PORT", port.to_string());
            command.env("BIND_HOST", "127.0.0.1").env("S3_PERSIST", "0");
            // no container is ever wanted, and looking for a daemon costs seconds
            command.env("DOCKER_HOST", "unix:///nonexistent");
        })
    }

    fn leashed(name: &str, configure: impl Fn(&mut Command, u16)) -> Self {
        let errors = scratch(&format!("{name}.stderr"));
        let port = free_port();
        let mut command = Command::new(python(name));
        command.arg("leash.py");
        configure(&mut command, port);
        let child = start(&mut command, &errors);
        let mut server = Self {
            child,
            port,
            requests: PathBuf::new(),
            errors,
        };
        server.wait(name);
        server
    }

    fn wait(&mut self, name: &str) {
        let start = Instant::now();
        while start.elapsed() < DEADLINE {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("{name} ended with {status}: {}", read(&self.errors));
            }
            if answers(self.port) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!(
            "{name} did not answer within {DEADLINE:?}: {}",
            read(&self.errors)
        );
    }

    /// Builds in this emulator, through boto3, what it can hold of a world: what was built and
    /// what was refused.
    pub(crate) fn fill(&self, world: &str) -> serde_json::Value {
        let output = Command::new(python("lab"))
            .args(["fill.py", &self.url()])
            .arg(lab_dir().join("worlds").join(world))
            .current_dir(lab_dir())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .expect("Python runs");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
        })
    }

    /// Makes one of each kind that an emulator serves and [`Self::fill`] does not build.
    #[cfg(feature = "live")]
    pub(crate) fn emulate(&self) {
        let output = Command::new(python("lab"))
            .args(["emulate.py", &self.url()])
            .current_dir(lab_dir())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .expect("Python runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{told}");
    }

    /// What goes into `AWS_ENDPOINT_URL`.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port alone.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Every request that the lab has answered so far.
    pub(crate) fn requests(&self) -> Vec<serde_json::Value> {
        read(&self.requests)
            .lines()
            .map(|line| serde_json::from_str(line).expect("a JSON line"))
            .collect()
    }

    /// What the server wrote to standard error.
    pub(crate) fn errors(&self) -> String {
        read(&self.errors)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The lab with these worlds, shared by all tests of the process. For tests that only read, from
/// worlds without counted faults.
pub(crate) fn shared_lab(worlds: &'static [&'static str]) -> &'static Server {
    static LABS: OnceLock<Mutex<BTreeMap<String, &'static Server>>> = OnceLock::new();
    let mut labs = LABS
        .get_or_init(Mutex::default)
        .lock()
        .expect("no test panics while it starts a lab");
    labs.entry(worlds.join("\n"))
        .or_insert_with(|| Box::leak(Box::new(Server::lab(worlds))))
}

/// A path for this process alone.
pub(crate) fn scratch(name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scratch");
    fs::create_dir_all(&dir).expect("a directory under the target");
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    dir.join(format!("{}-{count}-{name}", std::process::id()))
}

fn start(command: &mut Command, errors: &Path) -> Child {
    let file = fs::File::create(errors).expect("a file for standard error");
    command
        .current_dir(lab_dir())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(file)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} could not be started: {error}"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok();
    let request = b"GET /moto-api/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    let mut first = [0; 5];
    stream.write_all(request).is_ok() && stream.read_exact(&mut first).is_ok() && &first == b"HTTP/"
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
