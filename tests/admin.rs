//! Who acts for an organisation, said by command where the database is: by the rules of the API.

use crate::harness::{Place, throughcare};
use throughcare_http::token::Role;

fn says(place: &Place, words: &[&str]) -> Result<String, String> {
    let mut command = throughcare();
    command.arg("admin").args(words);
    let output = command.arg("--data-dir").arg(place.data_dir()).output().unwrap();
    let said = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    match output.status.success() {
        true => Ok(said(output.stdout)),
        false => Err(said(output.stderr)),
    }
}

#[test]
fn given_a_new_database_when_members_are_kept_by_command_then_they_act_until_they_are_ended() {
    let place = Place::new();
    let begin = [
        "begin",
        "--organisation",
        "partnership",
        "--name",
        "The partnership",
    ];
    let whom = ["--client", "administration", "--user", "a.person"];
    for _ in 0..2 {
        says(&place, &[&begin[..], &whom[..]].concat()).unwrap();
    }
    let listed = says(&place, &["member", "list", "partnership"]).unwrap();
    assert_eq!(
        listed.lines().count(),
        1,
        "the second time nothing was left to do: {listed}"
    );
    assert!(
        listed.contains("a.person as administrator, in_force, granted ")
            && listed.contains(" by throughcare"),
        "{listed}"
    );

    let grant = ["member", "grant", "recovery", "a.worker", "--role", "worker"];
    let refused = says(&place, &grant).unwrap_err();
    assert!(refused.contains("Register the organisation first"), "{refused}");
    says(
        &place,
        &["organisation", "register", "recovery", "--name", "Recovery"],
    )
    .unwrap();
    let register = [
        "client",
        "register",
        "recovery",
        "records",
        "--sector",
        "treatment",
    ];
    says(
        &place,
        &[&register[..], &["--role", "worker", "--role", "clinician"]].concat(),
    )
    .unwrap();
    says(&place, &grant).unwrap();
    assert!(says(&place, &grant).unwrap_err().contains("already"));
    let clients = says(&place, &["client", "list", "recovery"]).unwrap();
    assert!(
        clients.contains("records (treatment): worker clinician, in_force"),
        "{clients}"
    );

    // For some services alone, which are the organisation's own.
    let other = [
        "client",
        "register",
        "recovery",
        "young-records",
        "--sector",
        "treatment",
    ];
    let of_one = ["--role", "worker", "--service", "nobodys"];
    let refused = says(&place, &[&other[..], &of_one[..]].concat()).unwrap_err();
    assert!(
        refused.contains("The organisation has no such service"),
        "{refused}"
    );

    // Tokens that nobody granted anything for but these commands.
    let asks = |role| {
        let program = place.start();
        let token = place.signed("records", Some("a.worker"), "recovery", role, &["read"]);
        let status = program.client(token, false).get("/v1/services").status;
        assert_eq!(program.stop().code(), Some(0));
        status
    };
    assert_eq!(asks(Role::Worker), 200);
    let members = says(&place, &["member", "list", "recovery"]).unwrap();
    let member = members.split_whitespace().next().unwrap().to_owned();
    says(&place, &["member", "end", "recovery", &member]).unwrap();
    let members = says(&place, &["member", "list", "recovery"]).unwrap();
    assert!(members.contains("a.worker as worker, ended"), "{members}");
    assert_eq!(asks(Role::Worker), 403);
}
