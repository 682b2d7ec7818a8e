/**
 * Quota warnings without a script: the agent stands where Dovecot expects its {@code script} service (dovecot
 * {@code src/util/script.c}, {@code src/lib-program-client/program-client-remote.c}; protocol version 4 in 2.3 and
 * 2.4).
 *
 * <pre>
 * C: VERSION script 4 0
 * C: noreply
 * C: 95
 * C: joe@example.org
 * C:
 * </pre>
 *
 * <p>{@code noreply} means that the exit status is of no interest, as the quota plugin always does; with {@code -} in
 * its place {@code +} is the answer. Before either may stand {@code alarm=} and {@code env_} lines. Arguments are
 * escaped as in Dovecot's other protocols.
 *
 * <p>The arguments are those that the configuration gives: {@code quota_warning = storage=95%% <socket> 95 %u} and
 * {@code quota_over_script = <socket> mismatch %u}, to which Dovecot adds the flag's value. Nothing is written to a
 * mailbox's row: the figures come over the dict socket. A warning is counted and logged.
 */
@NullMarked
package dev.postern.dovecot.quotawarning;

import org.jspecify.annotations.NullMarked;
