//! One connection that is kept open, as a case system would keep it.

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::pin::Pin;
use tokio::net::TcpStream;
use uuid::Uuid;

/// What speaks HTTP over the socket.
type Speaking = http1::Connection<TokioIo<TcpStream>, Full<Bytes>>;

/// A connection with a token. It is driven by whoever asks: a task of its own would cost two wake-ups a request,
/// on the machine that is measured.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    speaking: Pin<Box<Speaking>>,
    authority: String,
    bearer: String,
}

impl Connection {
    /// Opens it. `authority` is host and port.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(authority: &str, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let (sender, speaking) = http1::handshake(TokioIo::new(stream)).await?;
        Ok(Self {
            sender,
            speaking: Box::pin(speaking),
            authority: authority.to_owned(),
            bearer: format!("Bearer {token}"),
        })
    }

    /// Records something under a key; it must be accepted.
    ///
    /// # Errors
    /// When it is refused, with the answer.
    pub async fn post(&mut self, path: &str, key: Uuid, body: &Value) -> Result<Bytes> {
        let request = self
            .request(Method::POST, path)
            .header("content-type", "application/json")
            .header("idempotency-key", key.to_string())
            .body(Full::new(Bytes::from(serde_json::to_vec(body)?)))?;
        self.send(request, StatusCode::CREATED).await
    }

    /// Records something that may be recorded already; answers the status.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn try_post(&mut self, path: &str, body: &Value) -> Result<StatusCode> {
        let request = self
            .request(Method::POST, path)
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(serde_json::to_vec(body)?)))?;
        Ok(self.answer(request).await?.0)
    }

    /// Reads something that must be there.
    ///
    /// # Errors
    /// When it is not.
    pub async fn get(&mut self, path: &str) -> Result<Bytes> {
        let request = self.request(Method::GET, path).body(Full::default())?;
        self.send(request, StatusCode::OK).await
    }

    fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.authority)
            .header("authorization", &self.bearer)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>, expected: StatusCode) -> Result<Bytes> {
        let (status, body) = self.answer(request).await?;
        ensure!(status == expected, "{status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }

    async fn answer(&mut self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes)> {
        let Self { sender, speaking, .. } = self;
        let answered = async {
            sender.ready().await.context("the connection was closed")?;
            let response = sender.send_request(request).await?;
            let status = response.status();
            anyhow::Ok((status, response.into_body().collect().await?.to_bytes()))
        };
        tokio::select! {
            biased;
            answered = answered => answered,
            ended = speaking => bail!("the connection was closed: {:?}", ended.err()),
        }
    }
}
