/**
 * The configuration file. {@code ConfigFile} reads TOML and the {@code POSTERN_*} environment into {@link
 * dev.postern.config.AgentConfig}, or gives every problem it found at once.
 */
@NullMarked
package dev.postern.config;

import org.jspecify.annotations.NullMarked;
