/**
 * Postfix's policy delegation protocol. Postfix asks with {@code name=value} lines and an empty line, and gets
 * {@code action=…} and an empty line ({@code smtpd/smtpd_check.c}, {@code util/attr_clnt.c} of Postfix 3.7; LF alone:
 * CRLF would make it wait for its time limit). Without a {@code request} it is taken for smtpd's.
 *
 * <pre>
 * C: request=smtpd_access_policy
 * C: protocol_state=RCPT
 * C: client_address=192.0.2.7
 * C: recipient=Full+x@Example.org.
 * C: recipient_count=0
 * C: instance=7598.6b03f393.7f2da.0
 * C: size=12345
 * C: policy_context=quota
 * C:
 * S: action=452 4.2.2 Mailbox is over quota
 * S:
 * </pre>
 *
 * <table>
 * <caption>What is asked</caption>
 * <tr><th>{@code policy_context}</th><th>{@code protocol_state}</th><th>action</th></tr>
 * <tr><td>{@code quota}, or none</td><td>{@code RCPT}</td><td>the refusal when the declared size does not fit</td></tr>
 * <tr><td>{@code quota-eod}</td><td>{@code END-OF-MESSAGE}</td><td>the refusal when the real size fits into no recipient's
 * mailbox</td></tr>
 * <tr><td>{@code pop-before-smtp}</td><td>{@code RCPT}</td><td>{@code permit} while the client's window is open</td></tr>
 * <tr><td colspan="2">everything else, quota for the null sender, and whatever cannot be answered in time</td><td>{@code DUNNO}</td></tr>
 * </table>
 *
 * <p>At RCPT {@code recipient} is as it was typed, without quotes: {@code Full+x@EXAMPLE.org},
 * {@code full@example.org.} and the routes {@code full%example.org@site}, {@code example.org!full@site} and
 * {@code full@example.org@site} are all {@code full@example.org}, whose mailbox they end in when Postfix is the site.
 * {@code full@[127.0.0.1]} is not: it is a local account of the system's, of which nothing is known here.
 *
 * <p>An empty action means "permit" to Postfix, and so do digits alone: neither is ever sent. Attributes that are not
 * known are ignored, in whatever order they come. A line or a request beyond its bounds closes the connection.
 */
@NullMarked
package dev.postern.postfix.policy;

import org.jspecify.annotations.NullMarked;
