//! Virtual environments with pinned versions, made once per requirements file.
//!
//! A missing Python is an error that says what to do, never a skipped test.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// Where the Python half of the tests lives.
pub(crate) fn lab_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab")
}

/// The interpreter of the environment that `tests/lab/requirements-NAME.txt` pins.
pub(crate) fn python(name: &str) -> PathBuf {
    let requirements = lab_dir().join(format!("requirements-{name}.txt"));
    let pinned = fs::read(&requirements)
        .unwrap_or_else(|error| panic!("{}: {error}", requirements.display()));
    let base = base_python();
    let mut digest = Sha256::new();
    digest.update(base.version.as_bytes());
    digest.update(&pinned);
    let stamp = format!("{:x}", digest.finalize());

    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("venvs");
    fs::create_dir_all(&root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let dir = root.join(format!("{name}-{}", &stamp[..12]));
    let interpreter = dir.join("bin").join("python");
    // Many tests, in many processes, want it at once: one makes it, the others wait.
    let lock = File::create(root.join(format!("{name}.lock"))).expect("a lock file");
    lock.lock().expect("a file lock");
    if !dir.join("made").exists() {
        make(&base, &dir, &interpreter, &requirements);
        fs::write(dir.join("made"), &stamp).expect("the stamp of the environment");
    }
    interpreter
}

fn make(base: &Python, dir: &Path, interpreter: &Path, requirements: &Path) {
    if dir.exists() {
        fs::remove_dir_all(dir).expect("half an environment, left by an interrupted run");
    }
    run(
        Command::new(&base.command).args(["-m", "venv"]).arg(dir),
        "the Python module `venv` is needed (on Debian and Ubuntu: the package python3-venv)",
    );
    run(
        Command::new(interpreter)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(["--no-deps", "--requirement"])
            .arg(requirements),
        "the Python package index has to be reachable the first time",
    );
}

fn run(command: &mut Command, advice: &str) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} could not be started: {error}; {advice}"));
    assert!(
        output.status.success(),
        "{command:?} failed: {advice}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

struct Python {
    command: String,
    version: String,
}

/// The machine's Python, 3.11 or newer; `PYTHON` names another.
fn base_python() -> Python {
    let asked = std::env::var("PYTHON").ok();
    let mut seen = Vec::new();
    for command in asked
        .iter()
        .map(String::as_str)
        .chain(["python3", "python"])
    {
        let script = "import sys; print(*sys.version_info[:2])";
        let Ok(output) = Command::new(command).args(["-c", script]).output() else {
            seen.push(format!("{command}: not found"));
            continue;
        };
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let mut parts = version
            .split(' ')
            .map(|part| part.parse::<u32>().unwrap_or(0));
        if (parts.next(), parts.next()) >= (Some(3), Some(11)) {
            return Python {
                command: command.to_owned(),
                version,
            };
        }
        seen.push(format!("{command}: version {version}"));
    }
    panic!(
        "the tests need Python 3.11 or newer for the servers they run against ({}); install it, \
         or name it in the environment variable PYTHON",
        seen.join(", ")
    );
}
