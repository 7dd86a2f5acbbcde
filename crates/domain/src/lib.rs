//! The rules of Throughcare: facts, decisions, folds and views, without database, HTTP or clock.
