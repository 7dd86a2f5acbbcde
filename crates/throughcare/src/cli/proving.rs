//! Settings of what proves that nothing was altered: what the log is called, and who watches it.

use clap::Args;
use throughcare_app::proving::Watch;
use throughcare_proof::VerifierKey;
use throughcare_proof::key::KeyUse;

/// Most witnesses: as many as a policy may name (c2sp.org/tlog-policy).
const MOST_WITNESSES: usize = throughcare_proof::policy::MOST;
/// Longest name of a log, in characters.
const LONGEST_ORIGIN: usize = 200;

/// Who watches the log.
#[derive(Clone, Debug, Default, Args)]
pub struct Watched {
    /// A witness, as its key and its address with a space between: `NAME+8 DIGITS+BASE64 https://…`. It is asked to
    /// cosign each checkpoint (c2sp.org/tlog-witness). May be given several times; in the environment separate them
    /// with `;`.
    #[arg(long = "witness", env = "THROUGHCARE_WITNESSES", value_delimiter = ';', value_parser = witness)]
    pub witnesses: Vec<Watch>,
}

/// Reads the name of a log.
///
/// # Errors
/// With a sentence that says what to write.
pub fn origin(text: &str) -> Result<String, String> {
    let fits = text.chars().count() <= LONGEST_ORIGIN
        && !text.contains("//")
        && VerifierKey::new(text, KeyUse::Note, [0; 32]).is_ok();
    if fits {
        Ok(text.to_owned())
    } else {
        Err(
            "write a name such as log.example.org/throughcare: at most 200 characters, no space, no plus, no https://"
                .to_owned(),
        )
    }
}

fn witness(text: &str) -> Result<Watch, String> {
    let form = "write the witness's key, a space, and its address, such as witness.example.org+1a2b3c4d+BASE64 \
                https://witness.example.org";
    let (key, url) = text.trim().split_once(' ').ok_or(form)?;
    let key = VerifierKey::parse(key).map_err(|error| error.to_string())?;
    if key.usage() != KeyUse::Cosignature {
        return Err("this is the key of a log; a witness's begins with 04 behind its digits".to_owned());
    }
    let url = url.trim();
    if !(url.starts_with("https://") || url.starts_with("http://")) || url.contains(char::is_whitespace) {
        return Err(form.to_owned());
    }
    Ok(Watch {
        key,
        url: url.to_owned(),
    })
}

impl Watched {
    /// Refuses more than a policy can name, and a key that stands there twice.
    ///
    /// # Errors
    /// With a sentence that says which.
    pub fn checked(self) -> anyhow::Result<Self> {
        if self.witnesses.len() > MOST_WITNESSES {
            anyhow::bail!("at most {MOST_WITNESSES} witnesses can be asked");
        }
        for (at, one) in self.witnesses.iter().enumerate() {
            if self.witnesses[..at]
                .iter()
                .any(|other| other.key.name() == one.key.name())
            {
                anyhow::bail!("the witness {} is given twice", one.key.name());
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughcare_proof::SigningKey;

    #[test]
    fn names_and_witnesses_are_read_and_anything_else_is_refused() {
        assert!(origin("log.example.org/throughcare").is_ok());
        for odd in [
            "",
            "two words",
            "a+b",
            "https://log.example.org",
            &"a".repeat(201),
        ] {
            assert!(origin(odd).is_err(), "{odd}");
        }
        let key = |usage| SigningKey::from_seed("w.example", usage, &[1; 32]).unwrap();
        let good = format!("{} https://w.example/", key(KeyUse::Cosignature).verifier());
        let read = witness(&good).unwrap();
        assert_eq!(
            (read.key.name(), read.url.as_str()),
            ("w.example", "https://w.example/")
        );
        let of_log = format!("{} https://w.example/", key(KeyUse::Note).verifier());
        for odd in [
            "",
            "w.example",
            &of_log,
            &good.replace("https", "ftp"),
            &good.replace('+', "-"),
        ] {
            assert!(witness(odd).is_err(), "{odd}");
        }
        let twice = Watched {
            witnesses: vec![read.clone(), read],
        };
        assert!(twice.checked().is_err());
    }
}
