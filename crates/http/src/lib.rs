//! The HTTP interface of Throughcare: routes, wire types, problems, OpenAPI.
