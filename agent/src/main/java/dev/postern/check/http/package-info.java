/**
 * The agent's HTTP: it answers where the configuration has it listen, tokens do not cross the network unencrypted, and its
 * certificate and key can be used, and for how long yet. Who may read these files is looked at beside the others with secrets.
 */
@NullMarked
package dev.postern.check.http;

import org.jspecify.annotations.NullMarked;
