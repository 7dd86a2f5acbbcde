//! Keeps the house as `ARCHITECTURE.md` describes it. Everything is in `tests/`.
