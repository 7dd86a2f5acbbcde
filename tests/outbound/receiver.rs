//! A receiver of webhooks that does what a test wants: answers, fails, is slow, is away.

use crate::harness::until;
use serde_json::Value;
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use throughcare_app::{Clock as _, SystemClock};
use throughcare_http::outbound::{read_secret, verify};

/// Something that arrived.
#[derive(Clone, Debug)]
pub struct Got {
    pub id: String,
    timestamp: String,
    signatures: String,
    raw: Vec<u8>,
    pub body: Value,
    /// What was answered.
    pub answered: u16,
}

impl Got {
    pub fn event_type(&self) -> &str {
        self.body["eventType"].as_str().unwrap()
    }

    /// Whether it was signed with this secret.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let signed = (
            self.id.as_str(),
            self.timestamp.as_str(),
            self.signatures.as_str(),
        );
        verify(
            &read_secret(secret).unwrap(),
            signed,
            &self.raw,
            SystemClock.now(),
        )
        .is_ok()
    }

    pub fn signatures(&self) -> usize {
        self.signatures.split(' ').count()
    }
}

/// What to answer: by how many came before, a status; none hangs up without an answer.
pub type Answers = Arc<dyn Fn(usize) -> (Option<u16>, Duration) + Send + Sync>;

/// A receiver on this machine.
pub struct Receiver {
    at: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<Answers>>,
}

impl Receiver {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let always: Answers = Arc::new(|_| (Some(204), Duration::ZERO));
        let answers = Arc::new(Mutex::new(always));
        let (kept, asked) = (got.clone(), answers.clone());
        // Ends with the test program.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (kept, asked) = (kept.clone(), asked.clone());
                thread::spawn(move || receive(stream, &kept, &asked));
            }
        });
        Self { at, got, answers }
    }

    pub fn url(&self) -> String {
        format!("http://{}/notices", self.at)
    }

    pub fn answers(&self, answers: impl Fn(usize) -> (Option<u16>, Duration) + Send + Sync + 'static) {
        *self.answers.lock().unwrap() = Arc::new(answers);
    }

    pub fn answers_with(&self, status: u16) {
        self.answers(move |_| (Some(status), Duration::ZERO));
    }

    /// Everything that arrived, in order, repeated ones too.
    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// What was taken, each once, in the order of first arrival.
    pub fn taken(&self) -> Vec<Got> {
        let mut seen = HashMap::new();
        let mut taken = self.got();
        taken.retain(|got| got.answered == 204 && seen.insert(got.id.clone(), ()).is_none());
        taken
    }

    /// Waits until something has arrived.
    #[track_caller]
    pub fn wait(&self, what: &str, found: impl Fn(&[Got]) -> bool) -> Vec<Got> {
        until(what, || Some(self.got()).filter(|got| found(got)))
    }
}

fn receive(mut stream: TcpStream, kept: &Mutex<Vec<Got>>, asked: &Mutex<Answers>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut headers = HashMap::new();
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length: usize = headers.get("content-length")?.parse().ok()?;
    let mut raw = vec![0; length];
    reader.read_exact(&mut raw).ok()?;
    let before = kept.lock().unwrap().len();
    let answers = asked.lock().unwrap().clone();
    let (status, pause) = answers(before);
    kept.lock().unwrap().push(Got {
        id: headers.get("webhook-id")?.clone(),
        timestamp: headers.get("webhook-timestamp")?.clone(),
        signatures: headers.get("webhook-signature")?.clone(),
        body: serde_json::from_slice(&raw).ok()?,
        raw,
        answered: status.unwrap_or(0),
    });
    thread::sleep(pause);
    let answer = format!(
        "HTTP/1.1 {} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        status?
    );
    stream.write_all(answer.as_bytes()).ok()
}
