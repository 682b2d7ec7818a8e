/**
 * The agent's HTTP: it answers where the configuration has it listen, tokens do not cross the network unencrypted, and
 * its certificate and key can be used, and for how long yet. The modes of these files are checked with the other
 * secrets.
 */
@NullMarked
package dev.postern.check.http;

import org.jspecify.annotations.NullMarked;
