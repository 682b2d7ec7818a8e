package dev.postern.config;

/** Where a value was set. */
enum ValueOrigin {
    FILE,
    ENVIRONMENT,
    DEFAULT
}
