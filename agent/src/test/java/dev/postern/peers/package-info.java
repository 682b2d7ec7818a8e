/** Tests with the real programs on the other side of the sockets: Dovecot, Postfix, MariaDB. */
package dev.postern.peers;
