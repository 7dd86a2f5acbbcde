//! Migrations are embedded when the crate is built, so a new one must build it again.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
    println!("cargo:rerun-if-changed=../../key-migrations");
}
