//! What the tests share: a template database, fixed clocks and ids, builders.
