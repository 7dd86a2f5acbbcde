//! `cargo run --release -p torture -- NAME [--long]`: runs a drill, or all of them, and fails on a violation.

use clap::Parser;
use std::path::Path;
use std::process::ExitCode;
use torture::{Drill, Progress, Scale, Trial, drills, record};

/// The file that holds the last recorded result of each drill.
const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/RESULTS.md");

/// Tries to break what Throughcare promises. Exit status 1 when something broke, or a planted fault was not seen.
#[derive(Parser)]
#[command(name = "torture")]
struct Cli {
    /// A drill's name; `all` runs every one, `list` tells what they prove
    drill: String,
    /// The drill's form on a real database: `tamper --database` is `tamper-database`
    #[arg(long)]
    database: bool,
    /// The long form, with the figures that are promised; without it the short form of the tests
    #[arg(long)]
    long: bool,
    /// Where chance begins: the same seed makes the same programs
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write a result that passed into crates/torture/RESULTS.md
    #[arg(long)]
    record: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let asked = if cli.database {
        format!("{}-database", cli.drill)
    } else {
        cli.drill.clone()
    };
    let chosen: Vec<&Drill> = match asked.as_str() {
        "list" => {
            for drill in drills::ALL {
                println!("{:<10} {}  {}", drill.name, drill.promise, drill.proves);
            }
            return ExitCode::SUCCESS;
        }
        "all" => drills::ALL.iter().collect(),
        name => drills::ALL.iter().filter(|drill| drill.name == name).collect(),
    };
    if chosen.is_empty() {
        eprintln!("torture: there is no drill {asked:?}; `list` names them");
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("torture: the program cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut sound = true;
    for drill in chosen {
        let scale = if cli.long { Scale::Long } else { Scale::Short };
        let trial = Trial {
            scale,
            seed: cli.seed,
            progress: Progress::shown(),
        };
        match runtime.block_on(drill.run(trial)) {
            Ok(report) => {
                println!("{report}");
                sound &= report.passed();
                if cli.record
                    && report.passed()
                    && let Err(error) = record::write(Path::new(RESULTS), &report)
                {
                    eprintln!("torture: the result of {} is not recorded: {error:#}", drill.name);
                    sound = false;
                }
            }
            Err(error) => {
                eprintln!("torture: {} could not be carried out: {error:#}", drill.name);
                sound = false;
            }
        }
    }
    if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
