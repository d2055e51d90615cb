//! The deployed local stack, seen from outside.
