/**
 * Dovecot's dict protocol, server side. Its client is {@code proxy:<socket>:<name>} in Dovecot's quota,
 * quota_clone and last_login plugins and in {@code doveadm dict}.
 *
 * <p>Three dialects, distinguished by the major version of HELLO: 2 (Dovecot up to 2.3.16; the user is in HELLO), 3
 * (2.3.17 to 2.3.21) and 4 (2.4; BEGIN has an expiry). Lines end in LF, fields are separated by TAB and escaped with
 * 0x01:
 *
 * <pre>
 * C: H3 2 0 "" quotadict
 * C: Lpriv/quota/storage joe@example.org
 * S: O12345
 * C: B1 joe@example.org
 * C: A1 priv/quota/storage 296
 * C: C1
 * S: O1
 * </pre>
 *
 * <p>Nothing is ever answered to HELLO. Replies to LOOKUP, ITERATE and COMMIT leave strictly in the order of the
 * requests: the client matches them first in, first out. {@code N} and {@code F} are never confused: to the quota
 * plugin {@code N} means "scan the mailbox and count anew", {@code F} means "not now".
 */
@NullMarked
package dev.postern.dovecot.dict;

import org.jspecify.annotations.NullMarked;
