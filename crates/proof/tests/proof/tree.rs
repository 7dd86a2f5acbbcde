//! Trees against RFC 6962's vectors and against `ct-merkle`, which somebody else wrote.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;
use throughcare_proof::tree::{
    Frontier, Hash, ProofError, Subtree, TileAddress, consistency, inclusion, leaf_hash, node_hash,
    node_of_tile, root, root_within, tiles_of, verify_consistency, verify_inclusion,
};

/// Leaves and roots that the authors of Certificate Transparency test their trees with.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Every complete subtree, by the definition.
fn node(leaves: &[Hash], subtree: Subtree) -> Result<Hash, ()> {
    if subtree.height == 0 {
        return leaves
            .get(usize::try_from(subtree.index).unwrap())
            .copied()
            .ok_or(());
    }
    let below = |index| {
        node(
            leaves,
            Subtree {
                height: subtree.height - 1,
                index,
            },
        )
    };
    Ok(node_hash(
        &below(subtree.index * 2)?,
        &below(subtree.index * 2 + 1)?,
    ))
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|it| leaf_hash(&it.to_be_bytes())).collect()
}

#[test]
fn roots_are_those_of_the_rfc() {
    let mut frontier = Frontier::default();
    assert_eq!(frontier.root().to_hex(), ROOTS[0]);
    for (leaf, expected) in LEAVES.iter().zip(&ROOTS[1..]) {
        frontier.push(leaf_hash(leaf), |_, _, _| {});
        assert_eq!(frontier.root().to_hex(), *expected);
    }
}

#[test]
fn what_a_leaf_completes_is_told_with_its_place() {
    let leaves = leaves(300);
    let mut frontier = Frontier::default();
    let mut told = Vec::new();
    for leaf in &leaves {
        frontier.push(*leaf, |height, index, hash| {
            told.push((Subtree { height, index }, hash))
        });
    }
    assert_eq!(told.len(), 300 + 150 + 75 + 37 + 18 + 9 + 4 + 2 + 1);
    for (subtree, hash) in told {
        assert_eq!(node(&leaves, subtree), Ok(hash), "{subtree:?}");
    }
    let again = Frontier::of(300, frontier.roots().to_vec()).unwrap();
    assert_eq!(again.root(), frontier.root());
    assert_eq!(
        Frontier::of(301, frontier.roots().to_vec()),
        None,
        "as many roots as bits"
    );
}

#[test]
fn tiles_lie_where_the_paper_says() {
    // c2sp.org/tlog-tiles: a tree of 70,000 has 273 full tiles at level 0 and one of 112, one full and one of 17 at
    // level 1, and one of 1 at level 2.
    let at = |height, index| node_of_tile(Subtree { height, index }, 70_000).0.to_string();
    assert_eq!(at(0, 272 * 256), "tile/0/272");
    assert_eq!(at(0, 273 * 256), "tile/0/273.p/112");
    assert_eq!(at(8, 0), "tile/1/000");
    assert_eq!(at(8, 256), "tile/1/001.p/17");
    assert_eq!(at(16, 0), "tile/2/000.p/1");
}

#[test]
fn a_path_is_read_in_one_form_only() {
    for path in [
        "tile/0/000",
        "tile/0/x001/x234/067",
        "tile/entries/005.p/17",
        "tile/63/999.p/255",
        "tile/1/128.p/128",
    ] {
        assert_eq!(
            TileAddress::parse(path).map(|it| it.to_string()).as_deref(),
            Ok(path)
        );
    }
    for path in [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/00/000",
        "tile/64/000",
        "tile/+1/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/+1",
        "tile/0/000.p/1/2",
        "/tile/0/000",
        "tile/0/000/",
        "tile/entries/",
        "tile/data/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/\u{664}00",
    ] {
        assert!(TileAddress::parse(path).is_err(), "{path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Roots and proofs are those of another program, and each of the two checks the other's.
    #[test]
    fn agrees_with_somebody_elses_tree(old in 1_u64..600, added in 0_u64..600, index in any::<prop::sample::Index>()) {
        let new = old + added;
        let index = index.index(usize::try_from(new).unwrap()) as u64;
        let mut theirs: MemoryBackedTree<Sha256, Vec<u8>> = MemoryBackedTree::new();
        let mut old_root = None;
        for it in 0..new {
            if it == old { old_root = Some(theirs.root()); }
            theirs.push(it.to_be_bytes().to_vec());
        }
        let ours = leaves(new);
        let mut ask = |subtree| node(&ours, subtree);
        let new_root = root(new, &mut ask).unwrap();
        let their_root = theirs.root();
        prop_assert_eq!(new_root.0.as_slice(), their_root.as_bytes().as_slice());

        let proof = inclusion(index, new, &mut ask).unwrap();
        let other = theirs.prove_inclusion(usize::try_from(index).unwrap());
        let flat: Vec<u8> = proof.iter().flat_map(|hash| hash.0).collect();
        prop_assert_eq!(flat.as_slice(), other.as_bytes());
        prop_assert_eq!(verify_inclusion(ours[usize::try_from(index).unwrap()], index, new, &proof, new_root), Ok(()));

        let proof = consistency(old, new, &mut ask).unwrap();
        let begun = root(old, &mut ask).unwrap();
        if let Some(old_root) = old_root {
            prop_assert_eq!(begun.0.as_slice(), old_root.as_bytes().as_slice());
            let other = theirs.prove_consistency(usize::try_from(added).unwrap());
            let flat: Vec<u8> = proof.iter().flat_map(|hash| hash.0).collect();
            prop_assert_eq!(flat.as_slice(), other.as_bytes());
        }
        prop_assert_eq!(verify_consistency(old, begun, new, new_root, &proof), Ok(()));
    }

    /// A proof holds for its own leaf, place, size and root, and for no others; each hash of it counts.
    #[test]
    fn a_proof_of_something_else_does_not_hold(size in 2_u64..400, index in any::<prop::sample::Index>(),
                                               hit in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let index = index.index(usize::try_from(size).unwrap()) as u64;
        let ours = leaves(size);
        let mut ask = |subtree| node(&ours, subtree);
        let whole = root(size, &mut ask).unwrap();
        let proof = inclusion(index, size, &mut ask).unwrap();
        let leaf = ours[usize::try_from(index).unwrap()];
        prop_assert_eq!(verify_inclusion(leaf, index, size, &proof, whole), Ok(()));
        for other in (0..size).filter(|&other| other != index) {
            prop_assert!(verify_inclusion(leaf, other, size, &proof, whole).is_err());
        }
        prop_assert_eq!(verify_inclusion(leaf, size, size, &proof, whole), Err(ProofError::OutOfRange));
        let mut altered = proof.clone();
        altered[hit.index(proof.len())].0[31] ^= 1 << bit;
        prop_assert_eq!(verify_inclusion(leaf, index, size, &altered, whole), Err(ProofError::Root));
        prop_assert_eq!(verify_inclusion(leaf, index, size, &proof[1..], whole).is_err(), true);
        let longer = [proof.clone(), vec![whole]].concat();
        prop_assert_eq!(verify_inclusion(leaf, index, size, &longer, whole), Err(ProofError::Length));

        let old = index + 1;
        let begun = root(old, &mut ask).unwrap();
        let proof = consistency(old, size, &mut ask).unwrap();
        prop_assert_eq!(verify_consistency(old, begun, size, whole, &proof), Ok(()));
        if !proof.is_empty() {
            let mut altered = proof.clone();
            altered[hit.index(proof.len())].0[0] ^= 1 << bit;
            prop_assert!(verify_consistency(old, begun, size, whole, &altered).is_err());
            prop_assert!(verify_consistency(old, begun, size, whole, &proof[1..]).is_err());
            prop_assert!(verify_consistency(old, Hash([7; 32]), size, whole, &proof).is_err());
            prop_assert!(verify_consistency(old, begun, size, Hash([7; 32]), &proof).is_err());
        }
        prop_assert_eq!(verify_consistency(size + 1, whole, size, whole, &[]), Err(ProofError::OutOfRange));
    }

    /// A proof needs the tiles that `tiles_of` names, and they are enough.
    #[test]
    fn tiles_are_enough(size in 1_u64..3_000, index in any::<prop::sample::Index>()) {
        let index = index.index(usize::try_from(size).unwrap()) as u64;
        let ours = leaves(size);
        let tile = |address: TileAddress| -> Vec<Hash> {
            let height = address.level.unwrap() * 8;
            (0..u64::from(address.width))
                .map(|it| node(&ours, Subtree { height, index: address.index * 256 + it }).unwrap())
                .collect()
        };
        let named = tiles_of(size, |ask| {
            let _ = inclusion::<()>(index, size, &mut |subtree| Ok(ask(subtree)));
        });
        let fetched: std::collections::BTreeMap<_, _> = named.into_iter().map(|it| (it, tile(it))).collect();
        let mut ask = |subtree| {
            let (address, offset, count) = node_of_tile(subtree, size);
            root_within(fetched.get(&address).ok_or(())?, offset, count).ok_or(())
        };
        let proof = inclusion(index, size, &mut ask).unwrap();
        prop_assert_eq!(&proof, &inclusion(index, size, &mut |subtree| node(&ours, subtree)).unwrap());
    }
}
