//! On what a drill ran: a figure means nothing without it.

/// Cores that this program may use.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}

/// Memory in GiB, where the system tells it.
pub(crate) fn memory_gib() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = told.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib.div_ceil(1024 * 1024))
}

/// Today's date in UTC, for the record.
#[expect(
    clippy::disallowed_methods,
    reason = "a record is dated by the clock of the machine it was made on"
)]
pub(crate) fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}
