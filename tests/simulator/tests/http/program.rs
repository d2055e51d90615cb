use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use serde_json::Value;

#[test]
fn program_prints_its_address_and_stops_on_sigterm() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_shoprenter-simulator"))
        .args(["--client-secret", "titok"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a program");
    let mut line = String::new();
    let out = program.stdout.take().expect("an output");
    BufReader::new(out).read_line(&mut line).expect("a line");
    let ready: Value = serde_json::from_str(&line).expect("json");
    let address = ready["address"].as_str().expect("an address");
    assert!(std::net::TcpStream::connect(address).is_ok());

    let kill = Command::new("kill").args(["-TERM", &program.id().to_string()]).status();
    assert!(kill.expect("a kill").success());
    assert!(program.wait().expect("an end").success());
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn program_without_secret_fails() {
    let program = Command::new(env!("CARGO_BIN_EXE_shoprenter-simulator"))
        .env_remove("SIMULATOR_CLIENT_SECRET")
        .output()
        .expect("a program");
    assert!(!program.status.success());
    assert!(String::from_utf8_lossy(&program.stderr).contains("--client-secret"));
}
