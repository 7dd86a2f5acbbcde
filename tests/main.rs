//! Stories told over HTTP against the real program.
