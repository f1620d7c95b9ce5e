//! What the tests stand on: Python environments, the servers in them, and the real binary.

pub(crate) mod binary;
pub(crate) mod foreign;
pub(crate) mod reports;
pub(crate) mod server;
pub(crate) mod venv;
