/**
 * Logins without a script: the agent serves the socket where Dovecot expects {@code script-login}.
 *
 * <p>After authentication Dovecot's imap, pop3, submission or managesieve process connects as root, sends one message
 * with the client's descriptor attached, and waits for the user and its userdb fields to come back before it goes on
 * ({@code src/lib-master/master-login.c}; the same in 2.3 and 2.4):
 *
 * <pre>
 * C: VERSION script-login 1 0
 * C: 127.0.0.1 192.0.2.7 joe@example.org uid=65534 home=/srv/mail/joe quota_rule=*:storage=1G auth_token=…
 * S: joe@example.org uid=65534 home=/srv/mail/joe quota_rule=*:storage=1G auth_token=…
 * </pre>
 *
 * <p>The reply is trusted completely: a field that is missing is missing in the session, another name opens another
 * mailbox. So it is the second line from its third field on, byte for byte. An answer of LF alone crashes the process
 * that asked; nothing is sent for what is not understood. The descriptor needs no answer: a plain read drops it, and
 * Dovecot keeps its own. Until it is read the client's connection stays open: an agent that is frozen leaves clients
 * hanging even when Dovecot has given them up. Once it goes on they are hung up on, and nothing is recorded of them.
 *
 * <p>The line has a secret in it ({@code auth_token}): it is neither logged nor kept.
 */
@NullMarked
package dev.postern.dovecot.postlogin;

import org.jspecify.annotations.NullMarked;
