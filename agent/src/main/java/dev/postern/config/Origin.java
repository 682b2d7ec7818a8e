package dev.postern.config;

/** Who has set a value. */
enum Origin {
    FILE,
    ENVIRONMENT,
    DEFAULT
}
