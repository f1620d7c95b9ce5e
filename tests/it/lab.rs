//! The test world itself: the fake AWS agrees with botocore, starts and stops from Rust, and
//! refuses worlds with mistakes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::binary::Mrlint;
use crate::support::server::{Server, scratch, shared_lab};
use crate::support::venv::{lab_dir, python};

/// One signed-looking request, and the whole answer.
fn ask(port: u16, region: &str, target: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let request = format!(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Amz-Target: {target}\r\n\
         Content-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIAMAIN000000000000/20260101/{region}/dynamodb/aws4_request, \
         SignedHeaders=host, Signature=0\r\n\r\n{body}",
        body.len(),
    );
    stream
        .write_all(request.as_bytes())
        .expect("the request is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn the_lab_agrees_with_botocore() {
    let output = Command::new(python("lab"))
        .args(["-m", "unittest", "test_lab", "test_answers", "test_worlds"])
        .current_dir(lab_dir())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("OK"), "no test ran: {told}");
}

#[test]
fn the_lab_pages_and_keeps_a_log() {
    let lab = shared_lab(&["smoke.yaml"]);
    let answer = ask(
        lab.port(),
        "eu-west-1",
        "DynamoDB_20120810.ListTables",
        "{}",
    );
    assert!(
        answer.contains(r#""TableNames": ["orders", "carts"]"#),
        "{answer}"
    );
    assert!(answer.contains("LastEvaluatedTableName"), "{answer}");
    let logged = lab.requests();
    let seen = logged.iter().any(|line| {
        line["region"] == "eu-west-1" && line["operation"] == "ListTables" && line["status"] == 200
    });
    assert!(seen, "{logged:?}");
}

#[test]
fn a_dropped_lab_is_gone() {
    let lab = Server::lab(&["smoke.yaml"]);
    let port = lab.port();
    assert!(ask(port, "us-east-1", "DynamoDB_20120810.ListTables", "{}").contains("200 OK"));
    drop(lab);
    assert!(
        TcpStream::connect(("127.0.0.1", port)).is_err(),
        "port {port} still answers"
    );
}

#[test]
fn a_server_ends_with_its_starter() {
    let mut child = Command::new(python("lab"))
        .args(["leash.py", "fake"])
        .arg(lab_dir().join("worlds/smoke.yaml"))
        .current_dir(lab_dir())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("Python runs");
    std::thread::sleep(Duration::from_millis(500));
    assert!(
        child.try_wait().expect("its status").is_none(),
        "it ended before its starter did"
    );
    drop(child.stdin.take());
    let asked = Instant::now();
    while child.try_wait().expect("its status").is_none() {
        if asked.elapsed() > Duration::from_secs(10) {
            child.kill().ok();
            panic!("it outlives its starter");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A file of faults beside a world: what tests of gaps use.
#[test]
fn faults_are_laid_over_a_world() {
    let faults = scratch("faults.yaml");
    let text = "faults:\n- {in: main/us-east-1, service: dynamodb, do: denied-by-scp}\n\
                - {in: main/eu-central-1, service: dynamodb, operation: ListTables, do: throttle, times: 1}\n";
    std::fs::write(&faults, text).expect("the faults are written");
    let lab = Server::lab_of(&[lab_dir().join("worlds/demo"), faults]);
    let tables = |region| ask(lab.port(), region, "DynamoDB_20120810.ListTables", "{}");
    assert!(tables("us-east-1").contains("an explicit deny in a service control policy"));
    assert!(tables("eu-central-1").contains("ThrottlingException"));
    assert!(
        tables("eu-central-1").contains("orders"),
        "it is throttled once"
    );
    assert!(
        tables("eu-west-1").contains("orders"),
        "it is denied elsewhere"
    );
}

#[test]
fn a_mistake_in_a_world_names_its_line() {
    let world = scratch("typo.yaml");
    let text = "regions: {eu-west-1: opt-in-not-required}\n\
                accounts: {\"111111111111\": {name: main}}\n\
                records:\n- in: main/eu-west-1\n  s3:\n    buckets:\n      - {Nam: x}\n";
    std::fs::write(&world, text).expect("the world is written");
    let output = Command::new(python("lab"))
        .args(["-m", "fake", "--check"])
        .arg(&world)
        .current_dir(lab_dir())
        .output()
        .expect("Python runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("typo.yaml:7: records[0].s3.buckets[0]:"),
        "{told}"
    );
}

/// What each emulator takes of the demo estate. The refusals are known; a new one is a mistake
/// in the world, because the emulators check what the API models cannot say.
#[test]
fn the_emulators_take_the_demo_estate() {
    for (server, refusals) in [
        (Server::moto(), vec![]),
        (Server::ministack(), vec!["AssociateVpcCidrBlock"]),
    ] {
        let filled = server.fill("demo");
        let declared = &filled["declared"];
        let (buckets, built) = (&declared["bucket"], &filled["built"]);
        assert!(buckets.as_u64() > Some(10), "{filled}");
        assert_eq!(&built["bucket"], buckets, "{filled}\n{}", server.errors());
        assert!(built["record-set"].as_u64() > Some(30), "{filled}");
        let refused: Vec<_> = filled["refused"].as_array().into_iter().flatten().collect();
        assert_eq!(refused.len(), refusals.len(), "{refused:?}");
        for (told, wanted) in refused.iter().zip(&refusals) {
            assert!(told.to_string().contains(wanted), "{told}");
        }
        let answer = ask(
            server.port(),
            "eu-west-1",
            "DynamoDB_20120810.ListTables",
            "{}",
        );
        assert!(answer.contains("orders"), "{answer}");
    }
}

#[test]
fn nothing_of_the_machine_reaches_the_binary() {
    let lab = shared_lab(&["smoke.yaml"]);
    let run = Mrlint::new(["--version"])
        .against(lab)
        .env("MRLINT_TEST", "1");
    let names: Vec<_> = run.environment().into_keys().collect();
    let wanted = [
        "AWS_ACCESS_KEY_ID",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "HOME",
        "MRLINT_BUDGET",
        "MRLINT_TEST",
        "NO_COLOR",
        "PATH",
    ];
    assert_eq!(names, wanted);
    let filed = Mrlint::new(["--version"])
        .against(lab)
        .aws_files("[a]\n", "[profile a]\n");
    assert!(!filed.environment().contains_key("AWS_ACCESS_KEY_ID"));
    assert!(filed.dir().join(".aws/credentials").is_file());
    let ran = filed.run();
    assert!(
        ran.code.is_some(),
        "ended by a signal: {}{}",
        ran.stdout,
        ran.stderr
    );
}
