//! Notes, checkpoints, cosignatures, proofs, policies and samples.

use throughcare_proof::checkpoint::CheckpointError;
use throughcare_proof::cosignature::{cosign, cosigned_at};
use throughcare_proof::inclusion::InclusionProof;
use throughcare_proof::key::{KeyError, KeyUse};
use throughcare_proof::note::{Note, NoteError};
use throughcare_proof::policy::{NotTrusted, Policy, PolicyFault};
use throughcare_proof::sample::draw;
use throughcare_proof::tree::Hash;
use throughcare_proof::{Checkpoint, SigningKey, VerifierKey, bundle};

/// A note that another program signed: the example of Go's `sumdb/note`.
const NEUMANN_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NEUMANN: &str = "If you think cryptography is the answer to your problem,\n\
                       then you don't know what your problem is.\n\n\
                       — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn log(name: &str) -> SigningKey {
    SigningKey::from_seed(name, KeyUse::Note, &[77; 32]).unwrap()
}

fn witness(seed: u8) -> SigningKey {
    SigningKey::from_seed(
        &format!("witness.example/{seed}"),
        KeyUse::Cosignature,
        &[seed; 32],
    )
    .unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint {
        origin: "log.example/one".into(),
        size: 4_000,
        root: Hash([9; 32]),
    }
}

#[test]
fn a_note_of_another_program_is_read_and_checked() {
    let key = VerifierKey::parse(NEUMANN_KEY).unwrap();
    assert_eq!(key.to_string(), NEUMANN_KEY);
    let note = Note::parse(NEUMANN).unwrap();
    assert_eq!(note.verify(std::slice::from_ref(&key)).unwrap(), [&key]);
    assert_eq!(note.to_string(), NEUMANN);
    let altered = Note::parse(&NEUMANN.replace("answer", "Answer")).unwrap();
    assert_eq!(
        altered.verify(&[key]),
        Err(NoteError::Wrong("PeterNeumann".into()))
    );
    let stranger = log("PeterNeumann").verifier().clone();
    assert_eq!(note.verify(&[stranger]), Err(NoteError::NotSigned));
}

#[test]
fn what_is_no_note_is_refused() {
    for text in [
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n\nno signature\n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n— a+b AAAAAAAA\n",
        "text\n\n—  AAAAAAAA\n",
        "te\u{7}xt\n\n— name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA",
        "text\n\n— name AAAAAAAA\n\n",
        "text\n\n-- name AAAAAAAA\n",
    ] {
        assert!(Note::parse(text).is_err(), "{text:?}");
    }
    assert!(Note::parse("text\n\n— name AAAAAAAA\n").is_ok(), "control");
    assert!(
        Note::parse(&format!("{}\n\n— name AAAAAAAA\n", "x".repeat(70_000))).is_err(),
        "too long"
    );
    assert!(
        Note::parse(&format!("text\n\n{}", "— name AAAAAAAA\n".repeat(65))).is_err(),
        "too many"
    );
}

#[test]
fn a_key_is_its_name_its_use_and_its_bytes() {
    let good = log("log.example/one").verifier().to_string();
    assert!(VerifierKey::parse(&good).is_ok(), "control");
    assert_eq!(
        VerifierKey::parse(&good.replace("one", "two")),
        Err(KeyError::Form)
    );
    assert_eq!(VerifierKey::parse("x"), Err(KeyError::Form));
    assert_eq!(VerifierKey::parse("name+00000000+BQ=="), Err(KeyError::Algorithm));
    assert_eq!(
        VerifierKey::new("a b", KeyUse::Note, [0; 32]),
        Err(KeyError::Name)
    );
    let as_witness = SigningKey::from_seed("log.example/one", KeyUse::Cosignature, &[77; 32]).unwrap();
    assert_ne!(as_witness.verifier().id(), log("log.example/one").verifier().id());
    let (one, two) = ("a", "b");
    let derived = |label| {
        SigningKey::derived("n", KeyUse::Note, &[1; 32], label)
            .unwrap()
            .verifier()
            .clone()
    };
    assert_ne!(derived(one), derived(two));
}

#[test]
fn a_checkpoint_is_of_its_log_and_nobody_elses() {
    let key = log("log.example/one");
    let note = checkpoint().sign(&key).unwrap();
    assert_eq!(Checkpoint::open(&note, key.verifier()), Ok(checkpoint()));
    let other = log("log.example/two");
    let foreign = checkpoint().sign(&other).unwrap();
    assert_eq!(
        Checkpoint::open(&foreign, other.verifier()),
        Err(CheckpointError::Origin("log.example/one".into()))
    );
    for text in [
        "o\n01\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n",
        "o\n1\n",
        "o\n1\nCQk=\n",
        "\n1\nx\n",
        "o\n+1\nx\n",
    ] {
        assert!(Checkpoint::parse_text(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_cosignature_is_over_the_text_and_the_time() {
    let mut note = checkpoint().sign(&log("log.example/one")).unwrap();
    note.signatures
        .push(cosign(&witness(1), &note.text, 1_800_000_000));
    let read = Note::parse(&note.to_string()).unwrap();
    assert_eq!(cosigned_at(&read, witness(1).verifier()), Some(1_800_000_000));
    assert_eq!(cosigned_at(&read, witness(2).verifier()), None);
    let mut later = read.clone();
    later.signatures[1].bytes[7] ^= 1;
    assert_eq!(cosigned_at(&later, witness(1).verifier()), None, "another time");
    let mut altered = read;
    altered.text = altered.text.replace("4000", "4001");
    assert_eq!(cosigned_at(&altered, witness(1).verifier()), None, "another text");
}

#[test]
fn a_policy_asks_for_its_quorum() {
    let key = log("log.example/one");
    let text = format!(
        "# who is trusted\nlog {}\nwitness w1 {}\n\twitness w2 {} https://w2.example\nwitness w3 {}\n\
         group two 2 w1 w2 w3\nquorum two\n",
        key.verifier(),
        witness(1).verifier(),
        witness(2).verifier(),
        witness(3).verifier(),
    );
    let policy = Policy::parse(&text).unwrap();
    let mut note = checkpoint().sign(&key).unwrap();
    assert_eq!(policy.judge(&note), Err(NotTrusted::Quorum(vec![])));
    note.signatures.push(cosign(&witness(1), &note.text, 5));
    note.signatures.push(cosign(&witness(1), &note.text, 6));
    assert_eq!(
        policy.judge(&note),
        Err(NotTrusted::Quorum(vec!["w1".into()])),
        "one witness twice is one"
    );
    note.signatures.push(cosign(&witness(3), &note.text, 7));
    let trusted = policy.judge(&note).unwrap();
    assert_eq!(trusted.witnesses, [("w1".to_owned(), 5), ("w3".to_owned(), 7)]);
    let foreign = checkpoint().sign(&log("log.example/two")).unwrap();
    assert!(matches!(policy.judge(&foreign), Err(NotTrusted::Log(_))));

    let fault = |text: String| Policy::parse(&text).unwrap_err().fault;
    assert_eq!(
        fault(text.replace("quorum two", "quorum six")),
        PolicyFault::Unknown
    );
    assert_eq!(fault(text.replace("quorum two", "")), PolicyFault::Quorum);
    assert_eq!(fault(format!("{text}quorum none\n")), PolicyFault::Quorum);
    assert_eq!(
        fault(text.replace("group two 2", "group two 4")),
        PolicyFault::Number
    );
    assert_eq!(
        fault(text.replace("group two 2", "group two 0")),
        PolicyFault::Number
    );
    assert_eq!(fault(text.replace("w1 w2 w3", "w1 w1 w3")), PolicyFault::Twice);
    assert_eq!(
        fault(text.replace("witness w3", "witness w1")),
        PolicyFault::Twice
    );
    assert_eq!(fault(text.replace("witness w3", "witness")), PolicyFault::Form);
    assert_eq!(
        fault(format!("log {}\n{text}", witness(1).verifier())),
        PolicyFault::Kind
    );
    assert_eq!(
        fault(format!("log {}\n{text}", key.verifier())),
        PolicyFault::Twice
    );
    assert_eq!(fault(format!("surprise\n{text}")), PolicyFault::Form);
    assert_eq!(
        Policy::parse(&format!("log {}\nquorum none\n", key.verifier()))
            .unwrap()
            .judge(&foreign_of(&key))
            .unwrap()
            .witnesses,
        []
    );
}

fn foreign_of(key: &SigningKey) -> Note {
    checkpoint().sign(key).unwrap()
}

#[test]
fn a_proof_file_is_read_as_it_was_written() {
    let proof = InclusionProof {
        extra: Some(b"the entry".to_vec()),
        index: 3,
        hashes: vec![Hash([1; 32]), Hash([2; 32])],
        checkpoint: checkpoint().sign(&log("log.example/one")).unwrap(),
    };
    let text = proof.to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra dGhlIGVudHJ5\nindex 3\nAQEB"));
    assert_eq!(InclusionProof::parse(&text).unwrap(), proof);
    for (from, to) in [
        ("@v1", "@v2"),
        ("index 3", "index 03"),
        ("extra d", "extra !"),
        ("\nAQ", "\n+"),
    ] {
        assert!(
            InclusionProof::parse(&text.replacen(from, to, 1)).is_err(),
            "{to}"
        );
    }
    let long = InclusionProof {
        hashes: vec![Hash([1; 32]); 64],
        ..proof
    };
    assert!(InclusionProof::parse(&long.to_string()).is_err());
}

#[test]
fn a_bundle_gives_its_entries_back() {
    let mut made = Vec::new();
    for entry in [b"one".as_slice(), b"", b"three"] {
        bundle::add(&mut made, entry).unwrap();
    }
    let read: Result<Vec<_>, _> = bundle::entries(&made).collect();
    assert_eq!(read.unwrap(), [b"one".as_slice(), b"", b"three"]);
    assert!(bundle::entries(&made[..made.len() - 1]).any(|it| it.is_err()));
    assert!(bundle::add(&mut made, &vec![0; 65_536]).is_err());
}

#[test]
fn a_sample_follows_from_the_checkpoint_and_the_words() {
    let drawn = draw(&checkpoint(), "Tuesday", 100);
    assert_eq!(drawn.len(), 100);
    assert!(drawn.iter().all(|&place| place < 4_000));
    assert_eq!(drawn, draw(&checkpoint(), "Tuesday", 100), "whoever draws");
    assert_ne!(drawn, draw(&checkpoint(), "Wednesday", 100));
    let other = Checkpoint {
        root: Hash([8; 32]),
        ..checkpoint()
    };
    assert_ne!(drawn, draw(&other, "Tuesday", 100));
    assert_eq!(
        draw(
            &Checkpoint {
                size: 3,
                ..checkpoint()
            },
            "",
            100
        )
        .into_iter()
        .collect::<Vec<_>>(),
        [0, 1, 2]
    );
    // Every quarter of the log is drawn from.
    let big = draw(&checkpoint(), "", 1_000);
    for quarter in 0..4 {
        let there = big.iter().filter(|&&place| place / 1_000 == quarter).count();
        assert!((180..320).contains(&there), "{there}");
    }
}
