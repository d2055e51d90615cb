//! Machine the figures were measured on.

use std::fs;
use std::thread::available_parallelism;

/// Describes processor, memory and kernel in one line.
pub(crate) fn machine() -> String {
    let value = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim_start_matches([' ', '\t', ':']).trim().to_owned()
    };
    let processors = available_parallelism().map_or(0, usize::from);
    let model = value("/proc/cpuinfo", "model name");
    let model = if model.is_empty() { std::env::consts::ARCH.to_owned() } else { model };
    let memory = value("/proc/meminfo", "MemTotal");
    let kilobytes: u64 = memory.trim_end_matches("kB").trim().parse().unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let gigabytes = (kilobytes + (1 << 19)) >> 20;
    format!("{processors} × {model}, {gigabytes} GB, Linux {}", kernel.trim())
}
