//! The real `mrlint`, run as a user runs it, in an environment with nothing of the machine's.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
#[cfg(feature = "live")]
use std::process::Child;
use std::process::{Command, Output, Stdio};

use super::server::{Server, scratch};

/// One run to be. Nothing is inherited: no `AWS_*`, no home directory, no colours.
#[derive(Debug)]
pub(crate) struct Mrlint {
    command: Command,
    home: PathBuf,
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Ran {
    /// None if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

impl Mrlint {
    /// A run without AWS.
    pub(crate) fn new<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_mrlint")), args)
    }

    /// A run without AWS that dies where it wants more address space than that.
    pub(crate) fn within<A: AsRef<OsStr>>(
        mebibytes: u32,
        args: impl IntoIterator<Item = A>,
    ) -> Self {
        let mut command = Command::new("sh");
        let limited = format!("ulimit -v {} && exec \"$0\" \"$@\"", mebibytes * 1024);
        command.args(["-c", &limited, env!("CARGO_BIN_EXE_mrlint")]);
        Self::of(command, args)
    }

    fn of<A: AsRef<OsStr>>(mut command: Command, args: impl IntoIterator<Item = A>) -> Self {
        let home = scratch("home");
        std::fs::create_dir_all(&home).expect("a home directory");
        command
            .args(args)
            .env_clear()
            .current_dir(&home)
            .stdin(Stdio::null());
        command
            .env("HOME", &home)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
            .env("NO_COLOR", "1")
            .env("AWS_EC2_METADATA_DISABLED", "true");
        Self { command, home }
    }

    /// Towards a server, with the credentials that the worlds give to the account `main`.
    pub(crate) fn against(self, server: &Server) -> Self {
        self.towards(server).access_key("AKIAMAIN000000000000")
    }

    /// Towards a server, without credentials, as fast as AWS would allow.
    pub(crate) fn towards(self, server: &Server) -> Self {
        self.env("AWS_ENDPOINT_URL", server.url())
            .env("AWS_REGION", "us-east-1")
            .env("MRLINT_BUDGET", "100")
    }

    /// With this key in the environment.
    pub(crate) fn access_key(self, key: &str) -> Self {
        self.env("AWS_ACCESS_KEY_ID", key)
            .env("AWS_SECRET_ACCESS_KEY", "not-secret")
    }

    /// With a credentials file and a config file in place of environment variables.
    pub(crate) fn aws_files(mut self, credentials: &str, config: &str) -> Self {
        let dir = self.home.join(".aws");
        std::fs::create_dir_all(&dir).expect("a directory for the files");
        std::fs::write(dir.join("credentials"), credentials).expect("the credentials file");
        std::fs::write(dir.join("config"), config).expect("the config file");
        for name in [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
        ] {
            self.command.env_remove(name);
        }
        self
    }

    /// With one more environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    /// The directory that the run starts in, its home too.
    pub(crate) fn dir(&self) -> &Path {
        &self.home
    }

    /// Started in another folder.
    pub(crate) fn from(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// The variables that the run gets.
    pub(crate) fn environment(&self) -> BTreeMap<String, OsString> {
        let set = self
            .command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        set.map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_owned()))
            .collect()
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Ran {
        Ran::of(self.command.output().expect("mrlint can be started"))
    }

    /// Runs it, with Ctrl-C once something is true.
    #[cfg(feature = "live")]
    pub(crate) fn interrupted(self, once: impl Fn() -> bool) -> Ran {
        self.signalled("-INT", once)
    }

    /// Runs it, and ends it at once when something is true.
    #[cfg(feature = "live")]
    pub(crate) fn killed(self, once: impl Fn() -> bool) -> Ran {
        self.signalled("-KILL", once)
    }

    #[cfg(feature = "live")]
    fn signalled(mut self, signal: &str, once: impl Fn() -> bool) -> Ran {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("mrlint can be started");
        let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
        let ended = |child: &mut Child| child.try_wait().expect("the state of mrlint").is_some();
        while !once() && !ended(&mut child) && std::time::Instant::now() < end {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let sent = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(sent.is_ok(), "kill can be started");
        Ran::of(child.wait_with_output().expect("mrlint ends"))
    }
}
