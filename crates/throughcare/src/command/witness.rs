//! `witness`: a partner's program that cosigns what a log shows it, as long as the log only grows.

use crate::cli::Witness;
use crate::witnessing::{State, router};
use anyhow::{Context as _, Result};
use std::sync::Arc;
use throughcare_http::serve::{Limits, serve};
use throughcare_proof::VerifierKey;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Answers until it is stopped.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(asked: Witness) -> Result<()> {
    let logs = asked
        .logs
        .iter()
        .map(|text| VerifierKey::parse(text).with_context(|| format!("--log-key {text}")))
        .collect::<Result<Vec<_>>>()?;
    let key_file = asked
        .key_file
        .clone()
        .unwrap_or_else(|| asked.state.join("key.txt"));
    let state = State::open(&asked.state, &key_file, &asked.name, logs)?;
    let listener = TcpListener::bind(asked.listen).await.with_context(|| {
        format!(
            "{} cannot be listened on; choose another address with --listen",
            asked.listen
        )
    })?;
    println!("Witness {}", state.verifier());
    for (origin, last) in state.cosigned() {
        println!("{origin}: cosigned up to {} entries.", last.size);
    }
    println!("The witness answers on http://{}", listener.local_addr()?);
    let over = CancellationToken::new();
    let told = over.clone();
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await; // when signals cannot be heard, it ends
        told.cancel();
    });
    serve(listener, router(Arc::new(state)), Limits::default(), over).await;
    Ok(())
}
