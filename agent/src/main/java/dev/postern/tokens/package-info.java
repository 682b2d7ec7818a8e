/**
 * The API's tokens: {@code tokens_file}, a line for each.
 *
 * <pre>
 * # name:role:hash            all domains
 * # name:role:hash:domains    these alone, with commas between them
 * monitoring:read:sha256-8f43…
 * helpdesk:write:sha256-1b4f…:example.org,example.net
 * </pre>
 *
 * <p>A token is {@code name.secret}. The secret is 32 random bytes, which cannot be guessed from a fast hash: the file
 * has its SHA-256, or a bcrypt hash from an earlier version of Postern until that token is made anew. The name selects
 * the hash to compare with, so that a wrong token costs one comparison however many there are.
 */
@NullMarked
package dev.postern.tokens;

import org.jspecify.annotations.NullMarked;
