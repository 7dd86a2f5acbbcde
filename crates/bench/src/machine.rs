//! The machine that measured: without it a figure says nothing.

use std::fs;

/// Cores, memory and kernel in one line.
pub fn described() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = field("/proc/meminfo", "MemTotal:")
        .and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok())
        .map_or_else(
            || "unknown memory".into(),
            |kilobytes| format!("{:.0} GB", kilobytes / 1e6),
        );
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} cores ({processor}), {memory}, Linux {}", kernel.trim())
}

/// How busy the machine is: processes that ran or waited, over the last 1, 5 and 15 minutes. On a machine with as
/// many others at work as it has cores, ratios stay comparable and absolute figures do not.
pub fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<_> = text.split_whitespace().take(3).collect();
    averages.join(" ")
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    let value = line.trim_start_matches(name).trim_start_matches([':', ' ', '\t']);
    Some(value.trim().to_owned())
}

/// The day, by the machine's clock.
pub fn today() -> String {
    let since = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    let now = jiff::Timestamp::from_second(i64::try_from(since).unwrap_or(0));
    now.map_or_else(
        |_| "unknown".into(),
        |now| now.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}
