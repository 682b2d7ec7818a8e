/**
 * POP-before-SMTP, all of it: the windows that logins open ({@link dev.postern.relay.RelayWindows}), the rules and
 * closures that bound them, Postfix's lookup, and what an administrator may see and close. The windows, rules and
 * closures do no I/O.
 */
@NullMarked
package dev.postern.relay;

import org.jspecify.annotations.NullMarked;
