/**
 * The SQL of the commands that administer, by an account that sets passwords and reads none. A change and its line of
 * the audit are one transaction: both are made, or neither.
 */
@NullMarked
package dev.postern.admin.store;

import org.jspecify.annotations.NullMarked;
