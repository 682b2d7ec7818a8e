package dev.postern.config;

/** Who has set a value. */
enum ValueOrigin {
    FILE,
    ENVIRONMENT,
    DEFAULT
}
