//! `throughcare listen`: a receiver for trying webhooks by hand.

use super::{started, webhook};
use crate::harness::{Place, throughcare};
use crate::lifecycle::{ORGANISATION, case_system, referral, set_up};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Stdio};
use throughcare_http::token::Role;

/// Ends with the test.
struct Listener(Child);

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn given_a_webhook_to_this_machine_then_listen_prints_what_comes_and_refuses_what_is_not_signed() {
    let place = Place::new();
    let program = started(&place);
    set_up(&place, &program);
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let url = format!("http://127.0.0.1:{port}/");
    let (_, secret) = webhook(&place, &program, (ORGANISATION, "records", Role::Worker), &url);
    let mut command = throughcare();
    command.args(["listen", "--port", &port.to_string(), "--secret", &secret]);
    let mut listener = Listener(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(listener.0.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    assert!(lines.next().unwrap().contains(&url));

    case_system(&place, &program, "sender").record("/v1/referrals", &referral("1"));
    let line = lines
        .find(|line| line.contains("throughcare.referral.updated"))
        .unwrap();
    assert!(
        line.starts_with("204 ") && line.contains("/v1/referrals/"),
        "{line}"
    );
    let http = reqwest::blocking::Client::builder().no_proxy().build().unwrap();
    let status = |request: reqwest::blocking::RequestBuilder| request.send().unwrap().status().as_u16();
    assert_eq!(status(http.post(&url).body("{}")), 400);
    let forged = http.post(&url).body("{}").header("webhook-id", "msg_1");
    let forged = forged
        .header("webhook-timestamp", "1772366400")
        .header("webhook-signature", "v1,AAAA");
    assert_eq!(status(forged), 401);
    let told: Vec<String> = lines.filter(|line| line.starts_with("refused")).take(2).collect();
    assert_eq!(told.len(), 2, "{told:?}");

    // What cannot be read as a secret is said at once.
    let mut odd = throughcare();
    let odd = odd
        .args(["listen", "--port", "0", "--secret", "secret"])
        .output()
        .unwrap();
    assert!(!odd.status.success());
    assert!(String::from_utf8_lossy(&odd.stderr).contains("whsec_"));
}
