//! The one integration binary: linking the SDK is the slow part.
