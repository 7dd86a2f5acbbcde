//! What a superuser can do to the database, at random.

use super::model::{Copy, Keys, Row};
use crate::rng::{Dice, RngExt as _};
use anyhow::Result;
use jiff::SignedDuration;
use throughcare_proof::export::payload_hash;
use throughcare_proof::record::When;
use uuid::Uuid;

/// A way of tampering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    EditColumn,
    EditSealed,
    EditSealedAndHash,
    Delete,
    Insert,
    Swap,
    Truncate,
    BackDate,
    EditTile,
    EditCheckpoint,
    EditAndMendTile,
    EditAndRebuild,
    ResignWithOtherKey,
    RollBack,
    RebuildAndSign,
    Fork,
}

impl Way {
    pub const ALL: [Self; 16] = [
        Self::EditColumn,
        Self::EditSealed,
        Self::EditSealedAndHash,
        Self::Delete,
        Self::Insert,
        Self::Swap,
        Self::Truncate,
        Self::BackDate,
        Self::EditTile,
        Self::EditCheckpoint,
        Self::EditAndMendTile,
        Self::EditAndRebuild,
        Self::ResignWithOtherKey,
        Self::RollBack,
        Self::RebuildAndSign,
        Self::Fork,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Self::EditColumn => "a column edited",
            Self::EditSealed => "a sealed byte edited",
            Self::EditSealedAndHash => "a sealed byte edited, and its hash",
            Self::Delete => "a row deleted",
            Self::Insert => "a row inserted",
            Self::Swap => "two rows swapped",
            Self::Truncate => "the end cut off",
            Self::BackDate => "a row back-dated",
            Self::EditTile => "a hash edited",
            Self::EditCheckpoint => "a checkpoint edited",
            Self::EditAndMendTile => "a row edited, and its own hash",
            Self::EditAndRebuild => "a row edited, and the tree computed anew",
            Self::ResignWithOtherKey => "the same, signed by another key",
            Self::RollBack => "an older copy put back",
            Self::RebuildAndSign => "a row edited, the tree computed anew and signed by the log",
            Self::Fork => "a second history from some point on, signed by the log",
        }
    }
}

/// Tampers with a copy; `before` is the database of the day of which the auditor kept an export.
pub fn tamper(way: Way, copy: &mut Copy, before: &Copy, keys: &Keys, dice: &mut Dice) -> Result<()> {
    let count = copy.rows.len();
    let place = dice.random_range(0..count);
    match way {
        Way::EditColumn => edit(&mut copy.rows[place], dice),
        Way::EditSealed => sealed(&mut copy.rows[place], dice),
        Way::EditSealedAndHash => {
            let row = &mut copy.rows[place];
            sealed(row, dice);
            row.record.payload = payload_hash(&row.case, row.identity.as_deref());
        }
        Way::Delete => drop(copy.rows.remove(place)),
        Way::Insert => {
            let mut row = copy.rows[place].clone();
            row.record.event = Uuid::from_u128(dice.random());
            copy.rows.insert(place, row);
        }
        Way::Swap => {
            let other = dice.random_range(0..count);
            copy.rows.swap(place, other);
        }
        Way::Truncate => copy.rows.truncate(place),
        Way::BackDate => {
            let record = &mut copy.rows[place].record;
            let back = SignedDuration::from_hours(dice.random_range(1..10_000));
            match dice.random_range(0..3) {
                0 => record.recorded -= back,
                1 => record.received -= back,
                _ => record.occurred = When::At(record.recorded - back),
            }
        }
        Way::EditTile => {
            let paths: Vec<String> = copy.tiles.keys().cloned().collect();
            let path = &paths[dice.random_range(0..paths.len())];
            if let Some(tile) = copy.tiles.get_mut(path) {
                let at = dice.random_range(0..tile.len());
                tile[at] ^= dice.random_range(1..=255_u8);
            }
        }
        Way::EditCheckpoint => {
            let size = count.to_string();
            let other = dice.random_range(1..=count * 2 + 1);
            copy.checkpoint = match dice.random_range(0..2) {
                0 if other != count => {
                    copy.checkpoint
                        .replacen(&format!("\n{size}\n"), &format!("\n{other}\n"), 1)
                }
                _ => copy.checkpoint.replacen("county", "c0unty", 1),
            };
        }
        Way::EditAndMendTile => {
            edit(&mut copy.rows[place], dice);
            let honest = copy.tiles.clone();
            copy.rebuild()?;
            let lowest = |path: &str| path.starts_with("tile/0/");
            copy.tiles.retain(|path, _| lowest(path));
            copy.tiles
                .extend(honest.into_iter().filter(|(path, _)| !lowest(path)));
        }
        Way::EditAndRebuild => {
            edit(&mut copy.rows[place], dice);
            copy.rebuild()?;
        }
        Way::ResignWithOtherKey => {
            edit(&mut copy.rows[place], dice);
            let root = copy.rebuild()?;
            copy.checkpoint = keys.signed(&keys.other, count as u64, root, false)?;
        }
        Way::RollBack => {
            let rows = before.rows[..dice.random_range(0..before.rows.len())].to_vec();
            *copy = Copy::honest(rows, keys)?;
        }
        Way::RebuildAndSign => {
            edit(&mut copy.rows[place], dice);
            let root = copy.rebuild()?;
            copy.checkpoint = keys.signed(&keys.log, count as u64, root, false)?;
        }
        Way::Fork => {
            for row in &mut copy.rows[place..] {
                row.record.event = Uuid::from_u128(dice.random());
            }
            let root = copy.rebuild()?;
            copy.checkpoint = keys.signed(&keys.log, count as u64, root, false)?;
        }
    }
    Ok(())
}

fn sealed(row: &mut Row, dice: &mut Dice) {
    let part = match &mut row.identity {
        Some(identity) if dice.random_bool(0.5) => identity,
        _ => &mut row.case,
    };
    let at = dice.random_range(0..part.len());
    part[at] ^= dice.random_range(1..=255_u8);
}

/// Changes any one column to something that the database would take.
fn edit(row: &mut Row, dice: &mut Dice) {
    let record = &mut row.record;
    let second = SignedDuration::from_micros(1);
    match dice.random_range(0..19) {
        0 => record.event = Uuid::from_u128(dice.random()),
        1 => record.stream_kind = "service".into(),
        2 => record.stream = Uuid::from_u128(dice.random()),
        3 => record.version += 1,
        4 => record.event_type.push('x'),
        5 => record.schema += 1,
        6 => record.occurred = When::On(jiff::civil::date(2024, 2, 29)),
        7 => record.received -= second,
        8 => record.recorded += second,
        9 => record.origin = "machine".into(),
        10 => record.client.push(' '),
        11 => record.user = Some(format!("another {}", dice.random_range(0..9_000_000))),
        12 => record.organisation.push('0'),
        13 => record.role = "auditor".into(),
        14 => record.on_behalf_of = Some(format!("nobody {}", dice.random_range(0..9_000_000))),
        15 => record.purpose = "audit".into(),
        16 => record.correlation = Uuid::from_u128(dice.random()),
        17 => record.causation = Some(Uuid::from_u128(dice.random())),
        _ => record.source = Some(("other".into(), "reference".into())),
    }
}
