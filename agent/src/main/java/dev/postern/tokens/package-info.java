/**
 * Who may use the API: {@code tokens_file}, a line for each token.
 *
 * <pre>
 * # name:role:hash            all domains
 * # name:role:hash:domains    these alone, with commas between them
 * monitoring:read:$2a$10$…
 * helpdesk:write:$2a$10$…:example.org,example.net
 * </pre>
 *
 * <p>A token is {@code name.secret}. The secret is 32 random bytes; the file has its bcrypt hash. The name says which hash to
 * compare with, so that a wrong token costs one comparison however many there are.
 */
@NullMarked
package dev.postern.tokens;

import org.jspecify.annotations.NullMarked;
