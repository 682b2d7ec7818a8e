/**
 * Postfix's socketmap_table protocol. Postfix asks, the agent answers; one request at a time on a connection that
 * lives as long as the Postfix process likes.
 *
 * <pre>
 * C: 21:quota hit@example.com,      S: 34:OK 452 4.2.2 Mailbox is over quota,
 * C: 25:pop-before-smtp 192.0.2.7,  S: 9:NOTFOUND ,
 * C: 22:quota temp@example.com,     S: 21:TEMP database is away,
 * </pre>
 *
 * <p>A request is a netstring of the map's name, one space and the key; a reply is a netstring of a status, one space
 * and a text ({@code util/dict_sockmap.c} of Postfix 3.7). Postfix sends the whole key only, and does not know which
 * request a reply belongs to: see {@link dev.postern.postfix.lookup.LookupReplyQueue}.
 *
 * <table>
 * <caption>When it does not go well</caption>
 * <tr><td>the lookup fails, takes too long or throws</td><td>{@code TEMP}: Postfix answers 451</td></tr>
 * <tr><td>no key, or no such map</td><td>{@code PERM}: 451 as well, and a line in Postfix's log</td></tr>
 * <tr><td>a netstring that is none, or is too long</td><td>the connection is closed</td></tr>
 * </table>
 */
@NullMarked
package dev.postern.postfix.socketmap;

import org.jspecify.annotations.NullMarked;
