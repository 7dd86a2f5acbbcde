//! The program: configuration, start and stop, and the commands.

fn main() {}
