//! Use cases of Throughcare: authorise, load, decide, append, and the queries.
