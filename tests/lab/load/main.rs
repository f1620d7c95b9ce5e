//! `load RECORDING [PORT]`: serves at size what the fake AWS answered once; where the fake listens
//! on that port, what was not recorded is asked of it.
//!
//! Prints `READY <port>` when it answers, and ends when standard input closes. README.md says what
//! a recording is and what can be asked of the server. It refuses to guess: a request that nobody
//! recorded is an error that it counts.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "how a program says where it listens and what is wrong"
)]

mod body;
mod conditions;
mod fake;
mod faults;
mod limits;
mod organisation;
mod recording;
mod request;
mod serve;
mod stats;

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;

use tokio::net::TcpListener;
use tokio::task::LocalSet;

use recording::Recording;
use serve::Lab;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let file = args.next();
    let port = args.next().map(|it| it.parse()).transpose();
    let (Some(file), Ok(port)) = (file, port) else {
        eprintln!("usage: load RECORDING [PORT]");
        return ExitCode::from(2);
    };
    match run(Path::new(&file), port) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::from(4)
        }
    }
}

fn run(file: &Path, fake: Option<u16>) -> Result<(), Box<dyn Error>> {
    let lab = Rc::new(Lab::new(Recording::read(file)?, fake)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, async move {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("READY {}", listener.local_addr()?.port());
        tokio::select! {
            () = serve::forever(lab, listener) => {}
            () = parent() => {}
        }
        Ok(())
    })
}

/// The starter holds the other end of standard input: its death closes it.
async fn parent() {
    let (gone, closed) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while matches!(std::io::stdin().read(&mut buffer), Ok(read) if read > 0) {}
        drop(gone);
    });
    // Nothing is ever sent: the end of the thread is the message.
    let _ = closed.await;
}
