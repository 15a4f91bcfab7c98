//! The services Pato speaks to, one folder each behind one trait.
