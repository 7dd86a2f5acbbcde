//! Holds a private PostgreSQL until the program is killed or its input ends:
//! `cargo run -p embedded-postgres --example hold -- DATA_DIR`, then `psql URL` in another terminal.
//!
//! Prints the URL and the server's process once it is ready; each restart goes to standard error.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use embedded_postgres::{Error, Installation, Options, Server};

fn main() -> ExitCode {
    let Some(data_dir) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: hold DATA_DIR");
        return ExitCode::FAILURE;
    };
    match hold(&data_dir) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn hold(data_dir: &std::path::Path) -> Result<(), Error> {
    let mut options = Options::new(Installation::find_for(None, data_dir)?, data_dir, "throughcare");
    options.on_event = Some(Box::new(|event| eprintln!("{event}")));
    let server = Server::start(options)?;
    println!("{}", server.connection_url());
    println!("{}", server.pid().unwrap_or_default());
    // Whatever ends the wait, the next step is to stop.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    server.stop()?;
    Ok(())
}
