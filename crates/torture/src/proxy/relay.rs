//! One connection: both directions, message by message.

use super::frames::{Direction, Framing, NotTheProtocol};
use super::{Act, Passing, Policy};
use bytes::BytesMut;
use std::sync::atomic::AtomicU32;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_util::sync::CancellationToken;

/// How long the end of a cut connection is listened to. What a server was sent before the cut it has then read, and
/// has not lost because its answers met a closed door.
const DRAIN: Duration = Duration::from_secs(2);

/// Passes messages on until either side ends the connection or `open` is cancelled.
pub(super) async fn relay<C, S>(client: C, server: S, policy: &dyn Policy, open: CancellationToken)
where
    C: AsyncRead + AsyncWrite,
    S: AsyncRead + AsyncWrite,
{
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    let single = AtomicU32::new(0);
    tokio::join!(
        pump(
            from_client,
            to_server,
            Framing::new(Direction::ToServer, &single),
            Direction::ToServer,
            policy,
            &open
        ),
        pump(
            from_server,
            to_client,
            Framing::new(Direction::ToClient, &single),
            Direction::ToClient,
            policy,
            &open
        ),
    );
}

async fn pump(
    mut reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
    mut framing: Framing<'_>,
    direction: Direction,
    policy: &dyn Policy,
    open: &CancellationToken,
) {
    let mut buffer = BytesMut::with_capacity(1 << 14);
    tokio::select! {
        () = pass_on(&mut reader, &mut writer, &mut framing, direction, policy, &mut buffer) => {}
        () = open.cancelled() => {}
    }
    open.cancel();
    let _ = writer.shutdown().await; // it may be closed already
    let mut rest = [0u8; 4096];
    let drain = async { while matches!(reader.read(&mut rest).await, Ok(1..)) {} };
    let _ = tokio::time::timeout(DRAIN, drain).await;
}

/// Returns when the connection is to end.
async fn pass_on(
    reader: &mut (impl AsyncRead + Unpin),
    writer: &mut (impl AsyncWrite + Unpin),
    framing: &mut Framing<'_>,
    direction: Direction,
    policy: &dyn Policy,
    buffer: &mut BytesMut,
) {
    loop {
        loop {
            let frame = match framing.next(buffer) {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(NotTheProtocol) => return,
            };
            let message = Passing {
                direction,
                kind: frame.kind,
                length: frame.bytes.len(),
            };
            let (bytes, cut) = match policy.decide(message) {
                Act::Pass => (&frame.bytes[..], false),
                Act::Delay(pause) => {
                    tokio::time::sleep(pause).await;
                    (&frame.bytes[..], false)
                }
                Act::CutBefore => (&[][..], true),
                Act::CutAfter => (&frame.bytes[..], true),
                Act::CutMiddle => (&frame.bytes[..frame.bytes.len() / 2], true),
                Act::HoldThenCut(pause) => {
                    tokio::time::sleep(pause).await;
                    (&[][..], true)
                }
            };
            if writer.write_all(bytes).await.is_err() || writer.flush().await.is_err() || cut {
                return;
            }
        }
        if !matches!(reader.read_buf(buffer).await, Ok(1..)) {
            return;
        }
    }
}
