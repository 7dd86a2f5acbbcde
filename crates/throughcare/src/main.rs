//! The program: configuration, start and stop, and the commands.

mod cli;
mod command;
mod county;
mod database;
mod exporting;
mod health;
mod importing;
mod members;
mod metrics;
mod node;
mod rebuilding;
mod replaying;
mod reporting;
mod restoring;
mod returning;
mod room;
mod simulate;
mod standing;
mod telemetry;
mod witnessing;

use clap::Parser;
use std::process::ExitCode;

/// A command or a pathway makes some thousand small values and lets them go; with the system's allocator that is a
/// quarter of the program's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    telemetry::start(cli.log());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("throughcare: the program cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(command::run(cli)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("throughcare: {error:#}");
            ExitCode::FAILURE
        }
    }
}
