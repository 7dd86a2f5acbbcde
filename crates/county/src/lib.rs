//! A synthetic county: people whose care is made through the same decisions as the API's.
