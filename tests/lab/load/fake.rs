//! Asking the fake itself.

use std::fmt::Write;
use std::io;

use hyper::HeaderMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The lines that a recording would have of the request.
pub(crate) async fn ask(
    port: u16,
    (method, path): (&str, &str),
    headers: &HeaderMap,
    body: &[u8],
) -> io::Result<String> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nX-Lab-Record: 1\r\nConnection: close\r\n");
    for (name, value) in headers {
        let value = value.to_str().unwrap_or_default();
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(format!("{head}\r\n").as_bytes()).await?;
    stream.write_all(body).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    match answer.split_once("\r\n\r\n") {
        Some((head, lines)) if head.contains(" 200 ") => Ok(lines.to_owned()),
        _ => Err(io::Error::other(answer)),
    }
}
