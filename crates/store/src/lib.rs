//! All SQL of Throughcare: the event log, its codec and keys, and the projections.
