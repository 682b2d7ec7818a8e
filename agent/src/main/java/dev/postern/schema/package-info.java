/**
 * {@code postern migrate}: applying {@code schema/} to a database, with an administrator's rights that the daemon
 * itself never has. JDBC, because that is what the migration library speaks; nothing here runs in the daemon.
 */
@NullMarked
package dev.postern.schema;

import org.jspecify.annotations.NullMarked;
