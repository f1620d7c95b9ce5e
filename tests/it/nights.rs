//! Two nights, read from the lab: between them a defect is mended, another is made, and a Region is
//! denied. A server on this machine takes the notification.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::support::binary::{Mrlint, Ran};
use crate::support::server::{Server, scratch};
use crate::support::venv::lab_dir;

const DENIED: &str = "eu-central-1";
const CREDENTIALS: &str =
    "[main]\naws_access_key_id = AKIAMAIN000000000000\naws_secret_access_key = not-secret\n";
const CONFIG: &str = "[profile main]\nregion = eu-west-1\n";

/// A table of the shop in one Region alone.
fn table(name: &str) -> String {
    format!("records:\n{}", record(name, "eu-west-1", None))
}

/// A global table without backups.
fn global(name: &str) -> String {
    let near = record(name, "eu-west-1", Some("us-east-1"));
    let far = record(name, "us-east-1", Some("eu-west-1"));
    format!("records:\n{near}{far}")
}

fn record(name: &str, region: &str, replica: Option<&str>) -> String {
    let replicas = replica.map(|it| {
        format!("\n          GlobalTableVersion: \"2019.11.21\"\n          Replicas: [{{RegionName: {it}, ReplicaStatus: ACTIVE}}]")
    });
    format!(
        "  - in: main/{region}
    dynamodb:
      tables:
        - TableName: {name}
          TableStatus: ACTIVE
          KeySchema: [{{AttributeName: id, KeyType: HASH}}]
          AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]{}
          DescribeContinuousBackups:
            ContinuousBackupsDescription:
              ContinuousBackupsStatus: ENABLED
              PointInTimeRecoveryDescription: {{PointInTimeRecoveryStatus: DISABLED}}
          tags: {{app: shop, env: prod}}
",
        replicas.unwrap_or_default()
    )
}

fn lab(more: &str) -> Server {
    let file = scratch("night.yaml");
    fs::write(&file, more).expect("the world");
    Server::lab_of(&[lab_dir().join("worlds/demo"), file])
}

/// A request's head and its body.
type Posted = (String, String);

/// Answers every request with these statuses, one after the other, then with the last again.
fn receiver(statuses: &'static [u16]) -> (String, Receiver<Posted>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sent, received) = channel();
    std::thread::spawn(move || {
        for (at, stream) in listener.incoming().enumerate() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).expect("a line");
                let lower = line.to_ascii_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a number");
                }
                if line.trim().is_empty() {
                    break;
                }
                head += &lower;
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).expect("a body");
            let body = String::from_utf8(body).expect("UTF-8");
            let status = statuses.get(at).or(statuses.last()).expect("a status");
            let answer =
                format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream
                .get_mut()
                .write_all(answer.as_bytes())
                .expect("an answer");
            if sent.send((head, body)).is_err() {
                return;
            }
        }
    });
    (format!("http://127.0.0.1:{port}/s3cret"), received)
}

/// One night: a scan that keeps its run and tells what changed.
fn night(lab: &Server, state: &Path, hook: &str, more: &[&str]) -> Ran {
    let config = state.join("mrlint.yaml");
    fs::write(
        &config,
        "version: 1\nnotify: [{webhook: {url_env: HOOK, header_env: {Authorization: TOKEN}}}]\n",
    )
    .expect("the configuration");
    let name = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
    let (state, config) = (name(state), name(&config));
    let args = [
        "scan",
        "--profile",
        "main",
        "--regions",
        "all",
        "-f",
        "json",
    ];
    let kept = ["--state-dir", &state, "--config", &config];
    let args = args.iter().chain(&kept).chain(more);
    let mrlint = Mrlint::new(args)
        .aws_files(CREDENTIALS, CONFIG)
        .towards(lab);
    mrlint.env("HOOK", hook).env("TOKEN", "Bearer t0ken").run()
}

#[test]
fn the_second_night_tells_what_changed_and_closes_nothing_that_was_denied() {
    let state = scratch("state");
    fs::create_dir_all(&state).expect("a folder");
    let (hook, posted) = receiver(&[503, 204]);
    let first = night(&lab(&table("wishlist")), &state, &hook, &["--notify"]);
    assert_eq!(first.code, Some(1), "{}", first.stderr);
    assert!(
        first.stderr.contains("this is the first run"),
        "{}",
        first.stderr
    );
    assert!(posted.try_recv().is_err(), "nothing is to be told");

    let faults = format!(
        "{}faults:\n  - {{in: main/{DENIED}, do: denied-by-scp}}\n",
        global("vouchers")
    );
    let second = night(
        &lab(&faults),
        &state,
        &hook,
        &[
            "--notify",
            "--fail-on-new",
            "--fail-on",
            "low",
            "--min-coverage",
            "0",
        ],
    );
    // The table that was made is new.
    assert_eq!(second.code, Some(1), "{}", second.stderr);
    assert!(
        second.stderr.contains("webhook: told 127.0.0.1:"),
        "{}",
        second.stderr
    );
    assert!(!second.stderr.contains("s3cret") && !second.stderr.contains("t0ken"));

    let wait = Duration::from_secs(5);
    let (refused, again) = (
        posted.recv_timeout(wait).expect("one"),
        posted.recv_timeout(wait).expect("two"),
    );
    let id = |head: &str| {
        let mut lines = head
            .lines()
            .filter_map(|it| it.strip_prefix("idempotency-key: "));
        lines.next().map(str::to_owned)
    };
    assert!(
        id(&again.0).is_some() && id(&refused.0) == id(&again.0),
        "{}",
        again.0
    );
    assert!(
        again.0.contains("authorization: bearer t0ken"),
        "{}",
        again.0
    );
    let message: Value = serde_json::from_str(&again.1).expect("JSON");
    let part = |what: &str| -> Vec<String> {
        let parts = message["parts"].as_array().expect("parts").iter();
        let lines = parts
            .filter(|it| it["what"] == what)
            .flat_map(|it| it["lines"].as_array().expect("lines"));
        lines.map(ToString::to_string).collect()
    };
    let has = |lines: &[String], word: &str| lines.iter().any(|it| it.contains(word));
    assert!(has(&part("new"), "table/vouchers"), "{message:#}");
    assert!(has(&part("fixed"), "table/wishlist"), "{message:#}");
    let of_denied = format!(":{DENIED}:");
    for what in ["new", "fixed", "first seen"] {
        assert!(!has(&part(what), &of_denied), "{what}: {message:#}");
    }
    assert!(has(&part("coverage"), "stay open"), "{message:#}");

    let name = state.to_str().expect("a path in UTF-8");
    let ran = Mrlint::new(["diff", "--since", "last", "--state-dir", name, "-f", "json"]).run();
    let diff: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let items = diff["items"].as_array().expect("items");
    let denied = items.iter().filter(|it| it["resource"]["region"] == DENIED);
    let classes: Vec<&str> = denied.filter_map(|it| it["class"].as_str()).collect();
    assert!(
        classes.len() > 5 && classes.iter().all(|it| *it == "not_comparable"),
        "{classes:?}"
    );
    assert!(
        !state.join("run.redb").exists(),
        "what was read is not kept"
    );
}

/// What is wrong is said with the host alone, and the exit code says so.
#[test]
fn a_target_that_refuses_is_said_without_its_address() {
    let state = scratch("state");
    fs::create_dir_all(&state).expect("a folder");
    let (hook, posted) = receiver(&[404]);
    let first = night(&lab(&table("wishlist")), &state, &hook, &[]);
    assert_eq!(first.code, Some(1), "{}", first.stderr);
    let second = night(&lab(&table("vouchers")), &state, &hook, &["--notify"]);
    assert_eq!(second.code, Some(4), "{}", second.stderr);
    assert!(
        second.stderr.contains("answered with status 404"),
        "{}",
        second.stderr
    );
    assert!(!second.stderr.contains("s3cret"), "{}", second.stderr);
    assert!(posted.recv_timeout(Duration::from_secs(5)).is_ok());
    assert!(
        posted.try_recv().is_err(),
        "what was refused for good is not sent again"
    );
}

/// A topic of moto, made with a request of our own.
fn topic(moto: &Server) -> String {
    let body = "Action=CreateTopic&Name=nights&Version=2010-03-31";
    let scope = "Credential=AKIAMAIN000000000000/20261126/eu-west-1/sns/aws4_request";
    let request = format!(
        "POST / HTTP/1.1\r\nhost: sns.eu-west-1.amazonaws.com\r\nauthorization: AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", moto.port())).expect("moto");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let arn = answer.split("<TopicArn>").nth(1);
    let arn = arn.and_then(|it| it.split("</TopicArn>").next());
    arn.unwrap_or_else(|| panic!("no topic in {answer}"))
        .to_owned()
}

/// moto takes what is published to a topic that is there, and refuses any other.
#[test]
fn a_topic_is_told_and_one_that_is_missing_is_said() {
    let (moto, state) = (Server::moto(), scratch("state"));
    fs::create_dir_all(&state).expect("a folder");
    let estate = include_str!("../../reports/examples/estate.jsonl");
    let later = estate.replace("2026-11-23T06:00", "2026-11-24T06:00");
    let later: Vec<&str> = later
        .lines()
        .filter(|line| {
            !line.contains("\"arn\":\"arn:aws:dynamodb:eu-west-1:111111111111:table/sessions\"")
        })
        .collect();
    let name = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
    for (file, text) in [
        ("a.jsonl", estate.to_owned()),
        ("b.jsonl", later.join("\n")),
    ] {
        let path = state.join(file);
        fs::write(&path, text).expect("an inventory");
        let args = [
            "check",
            &name(&path),
            "--state-dir",
            &name(&state),
            "--fail-on",
            "never",
        ];
        let ran = Mrlint::new(args).run();
        assert!(matches!(ran.code, Some(0 | 3)), "{}", ran.stderr);
    }
    let arn = topic(&moto);
    let told = |arn: &str| {
        let config = state.join("mrlint.yaml");
        let text = format!("version: 1\nnotify: [{{sns: {{topic_arn: \"{arn}\"}}}}]\n");
        fs::write(&config, text).expect("the configuration");
        let args = [
            "notify",
            "--state-dir",
            &name(&state),
            "--config",
            &name(&config),
        ];
        Mrlint::new(args).against(&moto).run()
    };
    let ran = told(&arn);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let missing = told(&arn.replace("nights", "nobody"));
    assert_eq!(
        missing.code,
        Some(4),
        "{}{}",
        missing.stdout,
        missing.stderr
    );
    assert!(missing.stderr.contains("nobody"), "{}", missing.stderr);
}
