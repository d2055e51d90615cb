//! First HTTPS call of a fresh process: creating the client, and the call including its handshake.

mod server;

use std::process::Command;

use crate::functions;
use crate::report::{Figure, Unit, median, step, table};
use server::Server;

/// Number of fresh processes per client.
const PROCESSES: usize = 21;
const MOST_MS: f64 = 5.0;
const WAYS: [(&str, &str); 2] = [("plain", "as ShopRenter is called"), ("dynamodb", "DynamoDB")];

/// Durations in microseconds: creating the client, the first call, and the second over the same
/// connection.
type Steps = [f64; 3];

pub(crate) fn run() -> Vec<Figure> {
    step(&format!("https: {PROCESSES} fresh processes each way"));
    let server = Server::start();
    let mut steps = WAYS.map(|_| Vec::<Steps>::new());
    for _ in 0..PROCESSES {
        for ((way, _), steps) in WAYS.iter().zip(&mut steps) {
            steps.push(measure(way, &server));
        }
    }
    let (mut rows, mut figures) = (Vec::new(), Vec::new());
    for ((_, name), steps) in WAYS.iter().zip(&steps) {
        let ms = |of: fn(&Steps) -> f64| median(steps.iter().map(of)) / 1e3;
        let (made, first) = (ms(|steps| steps[0]), ms(|steps| steps[1]));
        let (second, both) = (ms(|steps| steps[2]), ms(|steps| steps[0] + steps[1]));
        let cells = [made, first, both, second].map(|ms| format!("{ms:.2} ms"));
        rows.push([(*name).to_owned()].into_iter().chain(cells).collect());
        let figure = Figure::less(format!("first call, {name}"), both, Unit::Of("ms"));
        figures.push(figure.budget(MOST_MS));
        let name = format!("second call relative to the first, {name}");
        figures.push(Figure::less(name, 100.0 * second / both, Unit::Percent));
    }
    table(
        &format!("https: the first call of a fresh process, medians of {PROCESSES}"),
        &["call", "client made", "first call", "together", "second call"],
        &rows,
    );
    figures
}

fn measure(way: &str, server: &Server) -> Steps {
    let output = Command::new(functions::binary("first-call"))
        .args([way, server.address()])
        .arg(server.root())
        .env_clear()
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let steps: Vec<f64> = text.split_whitespace().map(|step| step.parse().unwrap()).collect();
    steps.try_into().unwrap()
}
