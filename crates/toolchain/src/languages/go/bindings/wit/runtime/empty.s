// It lets functions without a body be declared.
