//! Composes bus, runtime and connectors: configuration, database, life cycle. The API of Pato.
