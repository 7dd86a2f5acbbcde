//! Bundles of entries (`c2sp.org/tlog-tiles`): up to 256 entries, each after its length in two bytes.

/// Longest entry: what two bytes can count.
pub const LONGEST_ENTRY: usize = 65_535;

/// An entry does not fit, or a bundle breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Longer than [`LONGEST_ENTRY`].
    #[error("an entry has more than 65,535 bytes")]
    TooLong,
    /// The bytes end within an entry.
    #[error("the bundle breaks off within an entry")]
    Cut,
}

/// Adds an entry to a bundle.
///
/// # Errors
/// [`BundleError::TooLong`].
pub fn add(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), BundleError> {
    let length = u16::try_from(entry.len()).map_err(|_| BundleError::TooLong)?;
    bundle.extend(length.to_be_bytes());
    bundle.extend(entry);
    Ok(())
}

/// The entries of a bundle, in order. Ends after the first that breaks off.
pub fn entries(mut bundle: &[u8]) -> impl Iterator<Item = Result<&[u8], BundleError>> {
    std::iter::from_fn(move || {
        if bundle.is_empty() {
            return None;
        }
        let taken = bundle
            .split_first_chunk::<2>()
            .and_then(|(length, rest)| rest.split_at_checked(usize::from(u16::from_be_bytes(*length))));
        let Some((entry, rest)) = taken else {
            bundle = &[];
            return Some(Err(BundleError::Cut));
        };
        bundle = rest;
        Some(Ok(entry))
    })
}
