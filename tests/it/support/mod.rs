//! What the tests stand on: Python environments, the servers in them, and the real binary.

pub(crate) mod binary;
pub(crate) mod foreign;
pub(crate) mod honest;
#[cfg(feature = "live")]
pub(crate) mod load;
pub(crate) mod reports;
pub(crate) mod server;
#[cfg(feature = "live")]
pub(crate) mod unsaid;
pub(crate) mod venv;
